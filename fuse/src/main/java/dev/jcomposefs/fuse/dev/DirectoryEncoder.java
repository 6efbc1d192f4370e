package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.lang.foreign.MemorySegment;

/**
 * Packs directory entries into a reply: records of READDIR, or of READDIRPLUS, which has the
 * attributes in front. Used again and again by one worker.
 */
final class DirectoryEncoder implements DirentSink {
  private static final int RECORD_ALIGNMENT = 8;

  /** Where the dirent is in {@link #record}. */
  private static final int DIRENT_AT = EntryOutLayout.SIZE;

  private final ImageFileSystem files;
  private final ImageFileSystem.Lister lister;
  private final MemorySegment out;
  private final Inode inode = new Inode();

  /** What is in front of a name, its entry first. */
  private final long[] record = new long[AttrEncoder.index(DIRENT_AT + DirentLayout.SIZE)];

  private boolean withAttributes;
  private long start;
  private long end;
  private long used;
  private long lastCookie;
  private boolean full;
  private boolean looping;

  DirectoryEncoder(ImageFileSystem files, Reply reply) {
    this.files = files;
    this.out = reply.buffer();
    this.lister = files.lister(this);
  }

  /**
   * Fills the reply with entries from {@code cookie} on.
   *
   * @param limit most bytes of the body
   * @return bytes of the body, 0 at the end of the directory
   * @throws FsException EINVAL if not even one entry fits; what the file system says otherwise
   */
  int fill(long directory, long cookie, int limit, boolean plus) throws FsException {
    withAttributes = plus;
    start = Reply.inBuffer(0);
    end = start + limit;
    used = start;
    lastCookie = cookie;
    full = false;
    looping = false;
    lister.list(directory, cookie);
    if (looping) {
      throw new FsException(
          Errno.EIO,
          "node %d: cookie after %d does not grow: a listing would never end"
              .formatted(directory, lastCookie));
    }
    if (full && used == start) {
      throw new FsException(
          Errno.EINVAL, "node %d: no entry fits into %d bytes".formatted(directory, limit));
    }
    return (int) (used - start);
  }

  @Override
  public boolean entry(
      long cookie, long node, FileType type, MemorySegment names, long at, int length) {
    if (cookie <= lastCookie) {
      looping = true;
      return false;
    }
    int first = withAttributes ? 0 : AttrEncoder.index(DIRENT_AT);
    long name = used + (long) (record.length - first) * Long.BYTES;
    long next = (name + length + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT;
    if (next > end) {
      full = true;
      return false;
    }
    // The padding lies in the record's last eight bytes, which the name then overwrites in part.
    out.set(JAVA_LONG, next - RECORD_ALIGNMENT, 0);
    if (withAttributes) {
      attributes(node, names, at, length);
    }
    record[AttrEncoder.index(DIRENT_AT + DirentLayout.INO_AT)] = node;
    record[AttrEncoder.index(DIRENT_AT + DirentLayout.OFFSET_AT)] = cookie;
    record[AttrEncoder.index(DIRENT_AT + DirentLayout.NAME_LENGTH_AT)] =
        AttrEncoder.pair(length, type.direntType());
    MemorySegment.copy(record, first, out, JAVA_LONG, used, record.length - first);
    MemorySegment.copy(names, at, out, name, length);
    lastCookie = cookie;
    used = next;
    return true;
  }

  private void attributes(long node, MemorySegment names, long at, int length) {
    if (isDotOrDotDot(names, at, length)) {
      // The kernel looks at nothing in them and counts no lookup.
      AttrEncoder.noEntry(record, 0);
      return;
    }
    try {
      files.attributes(node, inode);
      AttrEncoder.entry(record, node, inode);
    } catch (FsException e) {
      // One bad inode must not hide its siblings: listed without attributes, it fails when it is
      // looked up, and that is where the failure gets counted and logged.
      AttrEncoder.noEntry(record, 0);
    }
  }

  private static boolean isDotOrDotDot(MemorySegment names, long at, int length) {
    return length <= 2
        && names.get(JAVA_BYTE, at) == '.'
        && names.get(JAVA_BYTE, at + length - 1) == '.';
  }
}
