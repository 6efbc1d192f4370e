/**
 * {@code jcfs convert}: the same tree in another format.
 *
 * <p>A conversion that would lose content, or anything that a reader could come to harm by, fails.
 * What else the target has no place for is said on stderr, one line for each kind of thing.
 */
@NullMarked
package dev.jcomposefs.cli.convert;

import org.jspecify.annotations.NullMarked;
