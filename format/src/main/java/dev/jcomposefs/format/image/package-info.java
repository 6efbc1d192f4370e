/**
 * What every composefs image can answer, whatever its format: inodes by id, names by binary search,
 * link targets, extended attributes, and where a file's content is.
 *
 * <p>Terms: an <i>inode id</i> names an inode within one image, is stable, and is what the FUSE
 * node id and st_ino are made of (EROFS calls it nid). A <i>backing path</i> leads from a base
 * directory to the object that holds a file's content. A <i>digest</i> is that object's fs-verity
 * digest.
 *
 * <p>Everything here is immutable and thread-safe but {@link dev.jcomposefs.format.image.Inode}.
 * Nothing here knows a byte layout: {@code format.erofs} does.
 */
@NullMarked
package dev.jcomposefs.format.image;

import org.jspecify.annotations.NullMarked;
