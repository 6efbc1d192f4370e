/**
 * {@code jcfs mount} and {@code jcfs umount}.
 *
 * <p>A virtual machine cannot fork, so the launcher script starts this process in a session of its
 * own and reads what it prints: error lines, which it passes on, or {@link
 * dev.jcomposefs.cli.mount.Background#READY}, after which it ends with status 0 and this process
 * goes on alone. Until then, stdout and stderr are that pipe; afterwards they are the log.
 *
 * <p>The mount ends with the process and the process with the mount: SIGTERM, SIGINT and SIGHUP
 * unmount, and whoever unmounts ends the process.
 */
@NullMarked
package dev.jcomposefs.cli.mount;

import org.jspecify.annotations.NullMarked;
