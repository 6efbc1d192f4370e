/**
 * The file system itself: what a FUSE server answers, whoever speaks to the kernel.
 *
 * <p>{@link dev.jcomposefs.fuse.fs.ImageFileSystem} joins an image (names, attributes, where
 * content is) with the objects behind it (verified bytes). Terms: a <i>node id</i> is what the
 * kernel calls an inode by, and here it is the image's inode id, except for the root; a
 * <i>driver</i> ({@link dev.jcomposefs.fuse.fs.Driver}) carries requests from the kernel to here
 * and answers back.
 *
 * <p>Stateless: there is no table of nodes, no lookup count and no cache of metadata. The image
 * never changes, so the kernel may keep every answer for ever, and does.
 *
 * <p>A method fails with an {@link dev.jcomposefs.format.error.FsException}; the driver hands it to
 * {@link dev.jcomposefs.fuse.fs.ImageFileSystem#failed}, which counts it, logs it once where it is
 * nobody's mistake but the image's or the store's, and says which errno to answer.
 *
 * <p>Everything is thread-safe but {@link dev.jcomposefs.fuse.fs.OpenFile#close}, which must come
 * after the last read. Nothing here knows the FUSE protocol, a library, or a mount point.
 */
@NullMarked
package dev.jcomposefs.fuse.fs;

import org.jspecify.annotations.NullMarked;
