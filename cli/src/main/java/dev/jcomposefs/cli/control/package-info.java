/**
 * How {@code jcfs status} reaches the processes that serve mounts.
 *
 * <p>Each server listens on a Unix socket, {@code <pid>.sock} in a directory that only its user can
 * enter, and answers every connection with one line of JSON: a {@link
 * dev.jcomposefs.cli.control.MountStatus}. It reads nothing, so nobody can send it anything it
 * would have to mistrust. Whoever asks trusts the directory: it is refused unless it belongs to the
 * user and to nobody else, because in a directory for temporary files a stranger may have been
 * there first.
 *
 * <p>A process that ended without cleaning up leaves a socket that nobody answers; the next one who
 * asks removes it.
 */
@NullMarked
package dev.jcomposefs.cli.control;

import org.jspecify.annotations.NullMarked;
