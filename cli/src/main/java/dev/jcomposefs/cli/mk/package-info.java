/**
 * {@code jcfs mk}: an image of a directory, and its contents in an object store.
 *
 * <p>The image appears under its name only when it is complete and on the disk; a failure or an
 * interrupt leaves neither it nor a part of it. Objects that were stored by then stay: each is
 * complete, and the next attempt finds it.
 */
@NullMarked
package dev.jcomposefs.cli.mk;

import org.jspecify.annotations.NullMarked;
