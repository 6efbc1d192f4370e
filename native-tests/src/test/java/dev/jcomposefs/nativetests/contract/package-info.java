/**
 * What a mounted file system must do, whoever serves it.
 *
 * <p>Every class runs once for each {@link dev.jcomposefs.nativetests.contract.Subject}: the
 * drivers, and the kernel's own composefs as the reference that shows the expectations to be fair.
 */
@NullMarked
package dev.jcomposefs.nativetests.contract;

import org.jspecify.annotations.NullMarked;
