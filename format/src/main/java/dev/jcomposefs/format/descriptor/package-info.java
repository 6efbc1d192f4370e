/**
 * The descriptor: the image format of composefs in January 2023, before it became a profile of
 * EROFS. Read for old images, written byte for byte as its tools did.
 *
 * <pre>
 * region          starts at      holds
 * superblock      0              version, magic, where the variable data starts
 * inode table     128            96 bytes for each inode; the root is the first
 * variable data   said by the    paths, link targets, digests, directories, xattrs;
 *                 superblock     up to the end of the file
 * </pre>
 *
 * <p>Terms: an <i>index</i> is an inode's place in the table, from 0; its inode id is one more,
 * since 0 means nobody. A <i>reference</i> says where in the variable data something stands and how
 * long it is; length 0 means that there is none. A <i>payload</i> is a backing path or a link
 * target. A <i>chunk</i> is all entries of a directory, or all xattrs of an inode. Numbers are
 * little-endian, nothing is aligned or padded for the reader.
 *
 * <p>A hard link is two entries with one index. The tools of the time nevertheless wrote a record
 * for each such entry, too, that nothing refers to. The format has neither content of files nor an
 * overlay: what it holds is what a mount shows, whiteouts and {@code trusted.overlay.} xattrs
 * included. It stores a ctime, which {@link dev.jcomposefs.format.image.MetadataImage} and {@link
 * dev.jcomposefs.format.tree} do not know, and a digest only of SHA-256.
 *
 * <p>Everything public here is immutable and thread-safe. Source: Linux kernel mailing list, patch
 * series "Composefs: an opportunistically sharing verified image filesystem", version 3, and the
 * composefs repository as of 31 January 2023, {@code kernel/cfs.h}.
 */
@NullMarked
package dev.jcomposefs.format.descriptor;

import org.jspecify.annotations.NullMarked;
