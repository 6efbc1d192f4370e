/**
 * Programs that stand in for those of the C implementation of composefs, under their names: {@code
 * mkcomposefs}, {@code composefs-info}, {@code composefs-dump}, {@code mount.composefs}, {@code
 * composefs-fuse}. Scripts that were written for those work with these, so command lines, output,
 * messages and exit statuses are theirs to the byte, and break the style of {@code jcfs} where they
 * have to.
 *
 * <p>A program gets an {@link dev.jcomposefs.cli.dropin.Invocation} and touches nothing else of the
 * process; it runs once, on one thread.
 *
 * <p>What differs on purpose: no output file is left behind by a failed run, the digest of an empty
 * file is the right one, and where the C tools crash or write what memory happened to hold, these
 * refuse the input.
 */
@NullMarked
package dev.jcomposefs.cli.dropin;

import org.jspecify.annotations.NullMarked;
