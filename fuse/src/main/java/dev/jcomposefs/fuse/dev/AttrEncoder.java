package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.util.Arrays;

/**
 * Writes attributes, alone and as part of an entry, into an array that is then copied to the reply
 * as a whole. Field by field in native memory, each with its checks, they would make up most of
 * what the compilers have to work on.
 *
 * <p>The array is in the order of bytes of all that this runs on: of two fields that share an
 * element, the first one is in the lower half.
 *
 * <p>What the kernel may keep, it may keep for ever: the image never changes.
 */
final class AttrEncoder {
  /** Seconds; far beyond any mount, and far from where the kernel's arithmetic would saturate. */
  static final long FOREVER = 1L << 31;

  private static final int MAX_NANOS = 999_999_999;

  private AttrEncoder() {}

  /** Writes the struct of {@link AttrLayout}, every byte of it. */
  static void attributes(long[] record, int at, long node, Inode inode) {
    long seconds = inode.mtimeSeconds();
    int nanos =
        Integer.compareUnsigned(inode.mtimeNanos(), MAX_NANOS) > 0 ? MAX_NANOS : inode.mtimeNanos();
    record[index(at + AttrLayout.INO_AT)] = node;
    record[index(at + AttrLayout.SIZE_AT)] = inode.size();
    record[index(at + AttrLayout.BLOCKS_AT)] = ImageFileSystem.blocks(inode);
    record[index(at + AttrLayout.ATIME_AT)] = seconds;
    record[index(at + AttrLayout.MTIME_AT)] = seconds;
    record[index(at + AttrLayout.CTIME_AT)] = seconds;
    record[index(at + AttrLayout.ATIME_NANOS_AT)] = pair(nanos, nanos);
    record[index(at + AttrLayout.CTIME_NANOS_AT)] = pair(nanos, inode.mode());
    record[index(at + AttrLayout.NLINK_AT)] = pair(inode.nlink(), inode.uid());
    record[index(at + AttrLayout.GID_AT)] = pair(inode.gid(), inode.rdev());
    record[index(at + AttrLayout.BLOCK_SIZE_AT)] = pair(ImageFileSystem.BLOCK_SIZE, 0);
  }

  /** Writes the struct of {@link EntryOutLayout}, every byte of it, at the start. */
  static void entry(long[] record, long node, Inode inode) {
    record[index(EntryOutLayout.NODE_AT)] = node;
    record[index(EntryOutLayout.GENERATION_AT)] = 0;
    record[index(EntryOutLayout.ENTRY_VALID_AT)] = FOREVER;
    record[index(EntryOutLayout.ATTR_VALID_AT)] = FOREVER;
    record[index(EntryOutLayout.ENTRY_VALID_NANOS_AT)] = 0;
    attributes(record, EntryOutLayout.ATTR_AT, node, inode);
  }

  /** Writes an entry that stands for no file: a name that is not there, or nothing at all. */
  static void noEntry(long[] record, long entryValidSeconds) {
    Arrays.fill(record, 0, index(EntryOutLayout.SIZE), 0);
    record[index(EntryOutLayout.ENTRY_VALID_AT)] = entryValidSeconds;
  }

  /** The element in which the byte {@code at} is. */
  static int index(int at) {
    return at / Long.BYTES;
  }

  /** Two fields of 32 bits that follow each other. */
  static long pair(int first, int second) {
    return Integer.toUnsignedLong(first) | (long) second << Integer.SIZE;
  }
}
