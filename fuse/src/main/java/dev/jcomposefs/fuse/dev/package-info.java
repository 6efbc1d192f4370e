/**
 * The kernel's FUSE protocol, spoken directly on {@code /dev/fuse}: no libfuse, no native code of
 * our own.
 *
 * <p>Terms: a <i>request</i> is what one read of the device returns, a <i>reply</i> what one write
 * hands over; a <i>connection</i> is the kernel's side of one mount; a <i>clone</i> is a further
 * descriptor of the same connection with its own list of unanswered requests; a <i>worker</i> is a
 * thread that reads, answers and writes; a descriptor is <i>held</i> if another process shares its
 * open file, see {@link dev.jcomposefs.fuse.dev.HeldDevices}. A {@code XxxLayout} class holds the
 * offsets of one struct of the protocol; all integers are in host order, which is little-endian on
 * both architectures.
 *
 * <p>The way of a request: {@link dev.jcomposefs.fuse.dev.Worker} receives it into its own native
 * buffer, {@link dev.jcomposefs.fuse.dev.Dispatcher} checks its shape against {@link
 * dev.jcomposefs.fuse.dev.Opcode}, asks {@code fuse.fs}, and builds the reply in place in the
 * worker's other buffer; the worker writes it. Nothing is allocated on this way. Whatever is thrown
 * becomes an errno: a caller whose request was read and never answered could not even be killed.
 *
 * <p>Nothing here may touch the mount it serves (no path below it, no logging to a file on it):
 * that would wait for itself.
 *
 * <p>Source: Linux {@code include/uapi/linux/fuse.h} and {@code Documentation/filesystems/fuse/}.
 * Protocol 7.31 (Linux 5.4) and newer.
 */
@NullMarked
package dev.jcomposefs.fuse.dev;

import org.jspecify.annotations.NullMarked;
