/**
 * Mounting an image, and unmounting.
 *
 * <p>{@link dev.jcomposefs.fuse.mount.Mount} puts everything together: the image in sealed memory,
 * the object store, the verifier, the file system over them, a driver, and the mount itself. As
 * root that is mount(2); as an ordinary user the setuid helper {@code fusermount3}, which hands
 * over the mounted descriptor. Either way it is this package that mounts, not the driver; unless
 * somebody else has, and passes the descriptor ({@link dev.jcomposefs.fuse.mount.GivenDevice}).
 *
 * <p>A mount can be <i>held</i> ({@link dev.jcomposefs.fuse.mount.HeldMount}): another process has
 * its descriptors open, too, and the image, and with a {@link dev.jcomposefs.fuse.mount.Handover}
 * the next server goes on where this one died.
 *
 * <p>A server must never use its own mount: a request of its own could wait for the very thread
 * that makes it, and a process that dies in such a wait cannot be killed. So whether the mount
 * answers is tried by a thread that does not share the process's descriptors of the device, or by a
 * child process, and an image or base directory inside the mount point is refused.
 *
 * <p>Daemons, log files and the command line are not here but in {@code cli}.
 */
@NullMarked
package dev.jcomposefs.fuse.mount;

import org.jspecify.annotations.NullMarked;
