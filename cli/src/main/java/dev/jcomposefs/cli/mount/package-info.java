/**
 * {@code jcfs mount}, {@code jcfs umount} and {@code jcfs daemon}.
 *
 * <p>A virtual machine cannot fork, so the launcher script starts this process in a session of its
 * own and reads what it prints: error lines, which it passes on, or {@link
 * dev.jcomposefs.cli.mount.Background#READY}, after which it ends with status 0 and this process
 * goes on alone. Until then, stdout and stderr are that pipe; afterwards they are the log.
 *
 * <p>If the launcher sees the socket of a daemon, it starts {@code jcfs mount} as a short command
 * instead, which asks the daemon to mount. Where that is not possible, because the socket is left
 * over, the daemon sees other files, or the options ask for a process, the command says so by its
 * exit status, {@link dev.jcomposefs.cli.mount.JoinedMount#NOT_JOINED}, and the launcher goes on as
 * if there were no daemon.
 *
 * <p>With {@code --supervise} the launcher starts {@code lib/hold.sh}, and that this process, which
 * then finds descriptors of {@code /dev/fuse} open that it shares with the script; with {@code
 * --fd-store} a service manager has that part. See {@link dev.jcomposefs.cli.mount.Holder}, and
 * {@code doc/survival.md}.
 *
 * <p>Otherwise the mount ends with its process and the process with the mount: SIGTERM, SIGINT and
 * SIGHUP unmount, and whoever unmounts ends the process.
 */
@NullMarked
package dev.jcomposefs.cli.mount;

import org.jspecify.annotations.NullMarked;
