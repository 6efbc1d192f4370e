/**
 * The Linux system calls that the JDK has no words for: opening beneath a directory, raw names,
 * extended attributes, fs-verity, sealed memory, mounts.
 *
 * <p>Every call goes through one foreign function, {@code syscall(2)}, with one shape: seven longs
 * in, one out. Each further shape that the linker has to prepare costs start-up time, and the
 * kernel's calls, unlike the C library's wrappers, are the same under every libc. The price is that
 * the numbers and the structs are ours to know; they are for x86-64 and aarch64.
 *
 * <p>There is one public class per surface. Terms: an {@link dev.jcomposefs.cache.linux.Fd} is an
 * owned file descriptor; a path is bytes ({@link dev.jcomposefs.format.image.ByteString}), taken
 * relative to a directory's descriptor. A failed call throws {@link
 * dev.jcomposefs.format.error.FsException} with the kernel's errno and a message like {@code open
 * 'a/b': No such file or directory}. Only the calls that move bytes return a negative errno
 * instead, because their callers go on after some of them.
 *
 * <p>Everything is thread-safe. Buffers must be native memory and are the caller's: they must stay
 * allocated until the call returns.
 *
 * <p>Nothing here has a policy: which files may be opened, and what is believed of them, is decided
 * in {@code cache.store} and {@code cache.verify}.
 */
@NullMarked
package dev.jcomposefs.cache.linux;

import org.jspecify.annotations.NullMarked;
