/**
 * How commands reach the processes that serve mounts.
 *
 * <p>Every such process listens on a Unix socket in a directory that only its user can enter.
 * Whoever asks trusts the directory: it is refused unless it belongs to the user and to nobody
 * else, because in a directory for temporary files a stranger may have been there first.
 *
 * <p>A process that serves one mount listens on {@code <pid>.sock} and answers every connection
 * with one line of JSON: a {@link dev.jcomposefs.cli.control.MountStatus}. It reads nothing, so
 * nobody can send it anything it would have to mistrust. One that another goes on for when it dies
 * listens on {@code <pid of the holder>.held.sock}, and whoever asks waits for the next one.
 *
 * <p>The daemon, of which a user has one at most, listens on {@code daemon.sock}. It reads one line
 * of JSON from every connection, a {@link dev.jcomposefs.cli.control.DaemonRequest}, and answers
 * with a {@link dev.jcomposefs.cli.control.DaemonAnswer}, or, if the status was asked for, with one
 * line for each of its mounts. Who holds {@link dev.jcomposefs.cli.control.DaemonLock} is the
 * daemon.
 *
 * <p>A process that ended without cleaning up leaves a socket that nobody answers; the next one who
 * asks removes it.
 */
@NullMarked
package dev.jcomposefs.cli.control;

import org.jspecify.annotations.NullMarked;
