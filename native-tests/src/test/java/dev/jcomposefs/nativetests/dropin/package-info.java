/**
 * The programs that stand in for those of the C implementation, as processes: what they say and how
 * they end, and their mounts beside the kernel's own.
 */
@NullMarked
package dev.jcomposefs.nativetests.dropin;

import org.jspecify.annotations.NullMarked;
