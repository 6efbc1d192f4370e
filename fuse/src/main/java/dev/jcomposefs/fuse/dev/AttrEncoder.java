package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.lang.foreign.MemorySegment;

/**
 * Writes attributes, alone and as part of an entry.
 *
 * <p>What the kernel may keep, it may keep for ever: the image never changes.
 */
final class AttrEncoder {
  /** Seconds; far beyond any mount, and far from where the kernel's arithmetic would saturate. */
  static final long FOREVER = 1L << 31;

  private static final int MAX_NANOS = 999_999_999;

  private AttrEncoder() {}

  /** Writes the struct of {@link AttrLayout}, every byte of it. */
  static void attributes(MemorySegment out, long at, long node, Inode inode) {
    long seconds = inode.mtimeSeconds();
    int nanos =
        Integer.compareUnsigned(inode.mtimeNanos(), MAX_NANOS) > 0 ? MAX_NANOS : inode.mtimeNanos();
    out.set(JAVA_LONG, at + AttrLayout.INO_AT, node);
    out.set(JAVA_LONG, at + AttrLayout.SIZE_AT, inode.size());
    out.set(JAVA_LONG, at + AttrLayout.BLOCKS_AT, ImageFileSystem.blocks(inode));
    out.set(JAVA_LONG, at + AttrLayout.ATIME_AT, seconds);
    out.set(JAVA_LONG, at + AttrLayout.MTIME_AT, seconds);
    out.set(JAVA_LONG, at + AttrLayout.CTIME_AT, seconds);
    out.set(JAVA_INT, at + AttrLayout.ATIME_NANOS_AT, nanos);
    out.set(JAVA_INT, at + AttrLayout.MTIME_NANOS_AT, nanos);
    out.set(JAVA_INT, at + AttrLayout.CTIME_NANOS_AT, nanos);
    out.set(JAVA_INT, at + AttrLayout.MODE_AT, inode.mode());
    out.set(JAVA_INT, at + AttrLayout.NLINK_AT, inode.nlink());
    out.set(JAVA_INT, at + AttrLayout.UID_AT, inode.uid());
    out.set(JAVA_INT, at + AttrLayout.GID_AT, inode.gid());
    out.set(JAVA_INT, at + AttrLayout.RDEV_AT, inode.rdev());
    out.set(JAVA_INT, at + AttrLayout.BLOCK_SIZE_AT, ImageFileSystem.BLOCK_SIZE);
    out.set(JAVA_INT, at + AttrLayout.FLAGS_AT, 0);
  }

  /** Writes the struct of {@link EntryOutLayout}, every byte of it. */
  static void entry(MemorySegment out, long at, long node, Inode inode) {
    out.set(JAVA_LONG, at + EntryOutLayout.NODE_AT, node);
    out.set(JAVA_LONG, at + EntryOutLayout.GENERATION_AT, 0L);
    out.set(JAVA_LONG, at + EntryOutLayout.ENTRY_VALID_AT, FOREVER);
    out.set(JAVA_LONG, at + EntryOutLayout.ATTR_VALID_AT, FOREVER);
    out.set(JAVA_INT, at + EntryOutLayout.ENTRY_VALID_NANOS_AT, 0);
    out.set(JAVA_INT, at + EntryOutLayout.ATTR_VALID_NANOS_AT, 0);
    attributes(out, at + EntryOutLayout.ATTR_AT, node, inode);
  }

  /** Writes an entry that stands for no file: a name that is not there, or nothing at all. */
  static void noEntry(MemorySegment out, long at, long entryValidSeconds) {
    for (long to = at; to < at + EntryOutLayout.SIZE; to += Long.BYTES) {
      out.set(JAVA_LONG, to, 0);
    }
    out.set(JAVA_LONG, at + EntryOutLayout.ENTRY_VALID_AT, entryValidSeconds);
  }
}
