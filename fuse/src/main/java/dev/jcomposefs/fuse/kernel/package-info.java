/**
 * What the kernel can mount by itself: overlayfs, on top of a mount of ours or of an image that
 * EROFS reads.
 *
 * <p>{@link dev.jcomposefs.fuse.kernel.KernelComposefs} mounts an image without any server, as the
 * C implementation does; {@link dev.jcomposefs.fuse.kernel.Overlay} makes a writable mount of a
 * read-only one. Either way the layer below is mounted at a {@link
 * dev.jcomposefs.fuse.kernel.StagingDirectory} only until the overlay is there: overlayfs keeps a
 * mount of its own of each layer, so the file system below lives exactly as long as the overlay,
 * and nobody can unmount one without the other.
 *
 * <p>Terms: the <i>lower</i> layer holds names and attributes; <i>data-only</i> layers hold
 * objects, and none of their names are seen; the <i>upper</i> layer takes what is written.
 *
 * <p>Nothing here has a thread or stays open. Everything needs the right to mount.
 */
@NullMarked
package dev.jcomposefs.fuse.kernel;

import org.jspecify.annotations.NullMarked;
