package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.Inode;

/**
 * Decodes inode headers in place.
 *
 * <p>An inode is passed around as the offset of its header and its checked format field, both plain
 * numbers, because a decoded object per request would be garbage.
 */
final class InodeReader {
  /** Bytes; no writer keeps a longer target. */
  static final int SYMLINK_MAX = 4095;

  /** Bytes; no writer keeps more content in the image. */
  static final int INLINE_MAX = 5000;

  private final ImageBytes bytes;
  private final Superblock superblock;

  InodeReader(ImageBytes bytes, Superblock superblock) {
    this.bytes = bytes;
    this.superblock = superblock;
  }

  /** Offset of an inode that has at least a compact header's bytes inside the image. */
  long at(long nid) throws CorruptImageException {
    long first = SuperblockLayout.INODES_AT >> InodeLayout.SLOT_BITS;
    long last = (bytes.size() >> InodeLayout.SLOT_BITS) - 1;
    if (nid < first || nid > last) {
      throw bytes.corrupt(
          SuperblockLayout.INODES_AT,
          "inode %s lies outside the image, expected %d to %d",
          Long.toUnsignedString(nid),
          first,
          last);
    }
    return nid << InodeLayout.SLOT_BITS;
  }

  /** The format field, of which only the defined bits are set. */
  int format(long at) throws CorruptImageException {
    int format = bytes.u16(at + InodeLayout.FORMAT_AT);
    int layout = layout(format);
    if ((format & ~InodeLayout.FORMAT_MASK) != 0
        || (layout != InodeLayout.FLAT_PLAIN
            && layout != InodeLayout.FLAT_INLINE
            && layout != InodeLayout.CHUNK_BASED)) {
      throw bytes.corrupt(
          at + InodeLayout.FORMAT_AT,
          "inode format is 0x%04x, expected a plain, inline or chunk-based one",
          format);
    }
    return format;
  }

  static int layout(int format) {
    return format >> InodeLayout.DATA_LAYOUT_SHIFT;
  }

  static boolean isInline(int format) {
    return layout(format) == InodeLayout.FLAT_INLINE;
  }

  static boolean isChunkBased(int format) {
    return layout(format) == InodeLayout.CHUNK_BASED;
  }

  static boolean isExtended(int format) {
    return (format & InodeLayout.FORMAT_EXTENDED) != 0;
  }

  static int headerSize(int format) {
    return isExtended(format) ? ExtendedInodeLayout.SIZE : CompactInodeLayout.SIZE;
  }

  int mode(long at) throws CorruptImageException {
    return bytes.u16(at + InodeLayout.MODE_AT);
  }

  FileType type(long at) throws CorruptImageException {
    int mode = mode(at);
    FileType type = FileType.ofMode(mode);
    if (type == null) {
      throw bytes.corrupt(
          at + InodeLayout.MODE_AT, "mode is %06o, expected one of the seven file types", mode);
    }
    return type;
  }

  /** Throws unless an inode has the type that an entry of a directory says. */
  void checkType(long nid, FileType expected) throws CorruptImageException {
    long at = at(nid);
    FileType type = type(at);
    if (type != expected) {
      throw bytes.corrupt(
          at + InodeLayout.MODE_AT, "inode is a %s, expected %s as its entry says", type, expected);
    }
  }

  /** Whether overlayfs would take the inode for the mark of a deleted name. */
  boolean isWhiteout(long at) throws CorruptImageException {
    return type(at) == FileType.CHARACTER_DEVICE && bytes.s32(at + InodeLayout.DATA_AT) == 0;
  }

  /** Bytes of the inode's data, checked against what its type and layout allow. */
  long size(long at, int format, FileType type) throws CorruptImageException {
    long size =
        isExtended(format)
            ? bytes.s64(at + ExtendedInodeLayout.SIZE_AT)
            : bytes.u32(at + CompactInodeLayout.SIZE_AT);
    long max = Long.MAX_VALUE;
    if (isChunkBased(format)) {
      if (type != FileType.REGULAR) {
        throw bytes.corrupt(
            at + InodeLayout.FORMAT_AT,
            "chunk-based inode has mode %06o, expected a regular file",
            mode(at));
      }
    } else {
      max =
          switch (type) {
            case SYMLINK -> SYMLINK_MAX;
            case REGULAR -> INLINE_MAX;
            case DIRECTORY -> bytes.size();
            // Nothing is read by the size of these.
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> max;
          };
    }
    long min =
        switch (type) {
          case SYMLINK -> 1;
          case DIRECTORY -> DirectoryReader.SIZE_MIN;
          case REGULAR, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> 0;
        };
    if (size < min || size > max) {
      throw bytes.corrupt(
          at,
          "size is %s with mode %06o and format 0x%04x, expected %d to %d",
          Long.toUnsignedString(size),
          mode(at),
          format,
          min,
          max);
    }
    return size;
  }

  /** Offset of the inode's first whole data block, if it has any. */
  long blocksAt(long at) throws CorruptImageException {
    return bytes.u32(at + InodeLayout.DATA_AT) << SuperblockLayout.BLOCK_BITS;
  }

  /** Where the xattrs stand, if there are any. */
  static long xattrsAt(long at, int format) {
    return at + headerSize(format);
  }

  /** Bytes of the xattrs. */
  int xattrsSize(long at) throws CorruptImageException {
    return XattrLayout.areaSize(bytes.u16(at + InodeLayout.XATTR_COUNT_AT));
  }

  /** Where the tail of an inline inode stands: {@code length} bytes, all in one block. */
  long tailAt(long at, int format, int length) throws CorruptImageException {
    long tail = xattrsAt(at, format) + xattrsSize(at);
    if (length > 0
        && tail >> SuperblockLayout.BLOCK_BITS
            != (tail + length - 1) >> SuperblockLayout.BLOCK_BITS) {
      throw bytes.corrupt(
          tail, "inline tail of %d bytes crosses a block boundary, expected none to", length);
    }
    return tail;
  }

  void decode(long nid, Inode into) throws CorruptImageException {
    long at = at(nid);
    int format = format(at);
    FileType type = type(at);
    long size = size(at, format, type);
    int rdev = type.isDevice() ? bytes.s32(at + InodeLayout.DATA_AT) : 0;
    if (isExtended(format)) {
      into.set(
          nid,
          mode(at),
          bytes.s32(at + ExtendedInodeLayout.NLINK_AT),
          bytes.s32(at + ExtendedInodeLayout.UID_AT),
          bytes.s32(at + ExtendedInodeLayout.GID_AT),
          rdev,
          size,
          bytes.s64(at + ExtendedInodeLayout.MTIME_AT),
          bytes.s32(at + ExtendedInodeLayout.MTIME_NANOS_AT));
    } else {
      into.set(
          nid,
          mode(at),
          bytes.u16(at + CompactInodeLayout.NLINK_AT),
          bytes.u16(at + CompactInodeLayout.UID_AT),
          bytes.u16(at + CompactInodeLayout.GID_AT),
          rdev,
          size,
          superblock.buildTimeSeconds(),
          superblock.buildTimeNanos());
    }
  }
}
