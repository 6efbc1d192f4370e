/**
 * The composefs image: a small profile of EROFS, in its format versions 0, 1 and 2.
 *
 * <pre>
 * region              starts at              holds
 * composefs header    0                      magic, versions, flags
 * superblock          1024                   EROFS superblock, 128 bytes
 * inodes              1152                   each: header, xattrs, inline tail; on 32-byte slots
 * shared xattrs       behind the inodes      entries that more than one inode has
 * data blocks         next multiple of 4096  directory blocks, larger inline content, long links
 * </pre>
 *
 * <p>Terms: a <i>block</i> has 4096 bytes, a <i>slot</i> 32. A <i>nid</i> is the slot of an inode,
 * and its id. A <i>tail</i> is the last part of an inode's data, kept behind its xattrs. An inode
 * whose content is <i>backed</i> has none in the image: overlay xattrs name the object that holds
 * it. An xattr key below {@code trusted.overlay.} belongs to overlayfs; one that is meant for users
 * is <i>escaped</i> with one more {@code overlay.}.
 *
 * <p>Format versions 0 and 1 are written breadth-first, with compact inodes where possible, and a
 * root of 256 whiteouts that hide object directories; version 2 depth-first, all inodes extended.
 * Readers need not care which it is.
 *
 * <p>A writer has to give the bytes of the tools that were there first, quirks and all, since the
 * digest of an image is what its users trust. It differs from them where their result is no valid
 * image: a file beyond 2^53 bytes is refused though sizes near 2^64 pass there; a key of which a
 * whiteout's directory has one already is replaced where one of them stores it twice; xattrs that
 * overflow a count are refused.
 *
 * <p>The {@code Layout} classes hold the byte tables; their sources are named there. Everything
 * public here is immutable and thread-safe; the plans, tables and holders of the writer belong to
 * one call. Compressed, multi-device and other EROFS images are refused.
 */
@NullMarked
package dev.jcomposefs.format.erofs;

import org.jspecify.annotations.NullMarked;
