package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.ImageBytes;
import java.lang.foreign.MemorySegment;

/**
 * Finds and walks the xattrs of inodes in place, under the keys that the image holds; {@link
 * OverlayKeys} knows what a mount calls them.
 *
 * <p>Own entries come first, then shared ones. An entry is passed around as its offset.
 */
final class XattrReader {
  /** What {@link #find} says about a key that is not there. */
  static final long NONE = -1;

  /** Bytes of a whole key without its escaping: XATTR_NAME_MAX of Linux. */
  private static final int KEY_MAX = 255;

  private final ImageBytes bytes;
  private final InodeReader inodes;
  private final long sharedAt;
  private final boolean filters;

  /** Takes entries one by one. */
  interface EntrySink {
    /**
     * @param entry offset of a checked entry
     * @return whether to go on
     */
    boolean entry(long entry) throws CorruptImageException;
  }

  XattrReader(ImageBytes bytes, InodeReader inodes, Superblock superblock) {
    this.bytes = bytes;
    this.inodes = inodes;
    this.sharedAt = superblock.xattrBlock() << SuperblockLayout.BLOCK_BITS;
    this.filters = superblock.xattrFilters();
  }

  /**
   * Offset of the entry with a key, or {@link #NONE}.
   *
   * @param inserted what the key has between its prefix and the rest that {@code names} holds
   * @param names memory that holds the key without {@code inserted}
   */
  long find(long inode, int format, ByteString inserted, MemorySegment names, long at, int length)
      throws CorruptImageException {
    int size = inodes.xattrsSize(inode);
    if (size == 0) {
      return NONE;
    }
    int prefix = XattrPrefix.indexOf(names, at, length);
    int prefixLength = XattrPrefix.text(prefix).length();
    long suffixAt = at + prefixLength;
    int suffixLength = length - prefixLength;
    long area = InodeReader.xattrsAt(inode, format);
    // Not for keys that are not one piece, or that writers split in two ways.
    if (filters && inserted.isEmpty() && prefix != XattrPrefix.LUSTRE) {
      int filter = bytes.s32(area + XattrLayout.FILTER_AT);
      if ((filter & XattrFilter.bit(prefix, names, suffixAt, suffixLength)) != 0) {
        return NONE;
      }
    }
    long end = area + size;
    long entry = entriesAt(area, size);
    while (end - entry >= XattrLayout.ENTRY_SIZE) {
      long next = next(entry, end);
      if (matches(entry, prefix, inserted, names, at, length)) {
        return entry;
      }
      entry = next;
    }
    int shared = bytes.u8(area + XattrLayout.SHARED_COUNT_AT);
    for (int i = 0; i < shared; i++) {
      entry = sharedEntry(area, i);
      if (matches(entry, prefix, inserted, names, at, length)) {
        return entry;
      }
    }
    return NONE;
  }

  /** Gives every entry of an inode in stored order. */
  void walk(long inode, int format, EntrySink sink) throws CorruptImageException {
    if (walkOwn(inode, format, sink)) {
      walkShared(inode, format, sink);
    }
  }

  /** Gives the entries that belong to the inode alone; false if the sink ended it. */
  boolean walkOwn(long inode, int format, EntrySink sink) throws CorruptImageException {
    int size = inodes.xattrsSize(inode);
    if (size == 0) {
      return true;
    }
    long area = InodeReader.xattrsAt(inode, format);
    long end = area + size;
    long entry = entriesAt(area, size);
    while (end - entry >= XattrLayout.ENTRY_SIZE) {
      long next = next(entry, end);
      if (!sink.entry(entry)) {
        return false;
      }
      entry = next;
    }
    return true;
  }

  /** Gives the entries that other inodes may have, too. */
  void walkShared(long inode, int format, EntrySink sink) throws CorruptImageException {
    int shared = sharedCount(inode, format);
    long area = InodeReader.xattrsAt(inode, format);
    for (int i = 0; i < shared; i++) {
      if (!sink.entry(sharedEntry(area, i))) {
        return;
      }
    }
  }

  /** What says which shared entries an inode has: equal bytes, equal entries. */
  ByteString sharedIds(long inode, int format) throws CorruptImageException {
    int count = sharedCount(inode, format);
    // Without xattrs the image may end where the inode does.
    return count == 0
        ? ByteString.EMPTY
        : bytes.copy(
            InodeReader.xattrsAt(inode, format) + XattrLayout.HEADER_SIZE,
            count * XattrLayout.SHARED_ID_SIZE);
  }

  private int sharedCount(long inode, int format) throws CorruptImageException {
    int size = inodes.xattrsSize(inode);
    if (size == 0) {
      return 0;
    }
    long area = InodeReader.xattrsAt(inode, format);
    entriesAt(area, size);
    return bytes.u8(area + XattrLayout.SHARED_COUNT_AT);
  }

  /** The whole key of an entry as the image holds it, checked. */
  ByteString key(long entry) throws CorruptImageException {
    int prefix = prefix(entry);
    ByteString suffix = bytes.copy(entry + XattrLayout.SUFFIX_AT, nameLength(entry));
    ByteString key = XattrPrefix.text(prefix).concat(suffix);
    int max = key.startsWith(OverlayKeys.ESCAPED) ? KEY_MAX + OverlayKeys.ESCAPE.length() : KEY_MAX;
    if (key.isEmpty() || key.length() > max || key.indexOf((byte) 0) >= 0) {
      throw bytes.corrupt(entry, "xattr key is '%s', expected 1 to %d bytes without NUL", key, max);
    }
    // The same key under two numbers could be hidden under one of them only.
    if (prefix == XattrPrefix.NONE) {
      int expected = XattrPrefix.indexOf(key);
      if (expected != XattrPrefix.NONE && expected != XattrPrefix.LUSTRE) {
        throw bytes.corrupt(
            entry + XattrLayout.PREFIX_AT, "xattr '%s' has prefix 0, expected %d", key, expected);
      }
    }
    return key;
  }

  int valueLength(long entry) throws CorruptImageException {
    return bytes.u16(entry + XattrLayout.VALUE_LENGTH_AT);
  }

  long valueAt(long entry) throws CorruptImageException {
    return entry + XattrLayout.SUFFIX_AT + nameLength(entry);
  }

  /** Bytes of an entry in the image. */
  int size(long entry) throws CorruptImageException {
    return XattrLayout.entrySize(nameLength(entry), valueLength(entry));
  }

  /** Read-only; valid as long as the image. */
  MemorySegment value(long entry) throws CorruptImageException {
    return bytes.slice(valueAt(entry), valueLength(entry));
  }

  private boolean matches(
      long entry, int prefix, ByteString inserted, MemorySegment names, long at, int length)
      throws CorruptImageException {
    int found = prefix(entry);
    int skipped = XattrPrefix.text(prefix).length();
    if (found == XattrPrefix.NONE && prefix == XattrPrefix.LUSTRE) {
      skipped = 0;
    } else if (found != prefix) {
      return false;
    }
    int head = inserted.length();
    int rest = length - skipped;
    return nameLength(entry) == head + rest
        && startsWith(entry, inserted)
        && bytes.compare(entry + XattrLayout.SUFFIX_AT + head, rest, names, at + skipped, rest)
            == 0;
  }

  private boolean startsWith(long entry, ByteString head) throws CorruptImageException {
    for (int i = 0; i < head.length(); i++) {
      if ((byte) bytes.u8(entry + XattrLayout.SUFFIX_AT + i) != head.at(i)) {
        return false;
      }
    }
    return true;
  }

  private long entriesAt(long area, int size) throws CorruptImageException {
    int shared = bytes.u8(area + XattrLayout.SHARED_COUNT_AT);
    int entries = XattrLayout.HEADER_SIZE + shared * XattrLayout.SHARED_ID_SIZE;
    if (entries > size) {
      throw bytes.corrupt(
          area + XattrLayout.SHARED_COUNT_AT,
          "xattr area of %d bytes has %d shared ids, which take %d",
          size,
          shared,
          entries);
    }
    bytes.check(area, size);
    return area + entries;
  }

  /** Where the next entry stands; checks that this one ends before {@code end}. */
  private long next(long entry, long end) throws CorruptImageException {
    int nameLength = nameLength(entry);
    int valueLength = valueLength(entry);
    if (XattrLayout.ENTRY_SIZE + nameLength + valueLength > end - entry) {
      throw bytes.corrupt(
          entry,
          "xattr entry has %d bytes of name and %d of value, expected at most %d",
          nameLength,
          valueLength,
          end - entry - XattrLayout.ENTRY_SIZE);
    }
    return entry + XattrLayout.entrySize(nameLength, valueLength);
  }

  private long sharedEntry(long area, int index) throws CorruptImageException {
    long idAt = area + XattrLayout.HEADER_SIZE + (long) index * XattrLayout.SHARED_ID_SIZE;
    long entry = sharedAt + bytes.u32(idAt) * XattrLayout.ALIGNMENT;
    next(entry, bytes.size());
    return entry;
  }

  private int nameLength(long entry) throws CorruptImageException {
    return bytes.u8(entry + XattrLayout.NAME_LENGTH_AT);
  }

  private int prefix(long entry) throws CorruptImageException {
    int prefix = bytes.u8(entry + XattrLayout.PREFIX_AT);
    if (prefix >= XattrPrefix.COUNT) {
      throw bytes.corrupt(
          entry + XattrLayout.PREFIX_AT,
          "xattr prefix is %d, expected 0 to %d",
          prefix,
          XattrPrefix.COUNT - 1);
    }
    return prefix;
  }
}
