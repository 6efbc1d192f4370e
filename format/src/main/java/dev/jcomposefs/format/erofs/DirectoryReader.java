package dev.jcomposefs.format.erofs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.MetadataImage;
import java.lang.foreign.MemorySegment;

/**
 * Searches and lists directory blocks in place.
 *
 * <p>A directory is a row of blocks; all but the last are whole. The last one is shorter, and
 * stands behind the others or, in an inline inode, behind the xattrs. Names ascend within a block
 * and from block to block, so a search looks at the first names of blocks and then into one block.
 *
 * <p>A cookie is the position after an entry: the number of its block, and how many entries of that
 * block are done, which is at least 1. So it is more than 0 and the same in every process.
 */
final class DirectoryReader {
  /** Bytes of a directory that has {@code .} and {@code ..} only. */
  static final int SIZE_MIN = 2 * DirentLayout.SIZE + 3;

  private static final int COOKIE_ENTRY_BITS = 9;
  static final int COOKIE_ENTRY_MASK = (1 << COOKIE_ENTRY_BITS) - 1;

  private final ImageBytes bytes;
  private final InodeReader inodes;

  DirectoryReader(ImageBytes bytes, InodeReader inodes) {
    this.bytes = bytes;
    this.inodes = inodes;
  }

  /** As {@link MetadataImage#lookup}; also finds whiteouts. */
  long lookup(long nid, MemorySegment names, long at, int length) throws FsException {
    long inode = inodes.at(nid);
    int format = inodes.format(inode);
    long size = size(nid, inode, format);
    if (length < 1 || length > DirentLayout.NAME_MAX) {
      return MetadataImage.NOT_FOUND;
    }
    long wholeBlocks = size >> SuperblockLayout.BLOCK_BITS;
    int rest = (int) size & (SuperblockLayout.BLOCK_SIZE - 1);
    long blocksAt = inodes.blocksAt(inode);
    long restAt = restAt(inode, format, blocksAt, wholeBlocks, rest);

    // The block to look into is the last one whose first name is not behind the wanted one.
    long low = 0;
    long high = rest == 0 ? wholeBlocks - 1 : wholeBlocks;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      long block = blockAt(middle, blocksAt, wholeBlocks, restAt);
      int blockLength = middle == wholeBlocks ? rest : SuperblockLayout.BLOCK_SIZE;
      int count = count(block, blockLength);
      if (compare(block, blockLength, count, 0, names, at, length) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    long block = blockAt(low, blocksAt, wholeBlocks, restAt);
    int blockLength = low == wholeBlocks ? rest : SuperblockLayout.BLOCK_SIZE;
    int found = search(block, blockLength, names, at, length);
    return found < 0
        ? MetadataImage.NOT_FOUND
        : target(nid, block + (long) found * DirentLayout.SIZE, names, at, length);
  }

  private int search(long block, int blockLength, MemorySegment names, long at, int length)
      throws CorruptImageException {
    int count = count(block, blockLength);
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(block, blockLength, count, middle, names, at, length);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return MetadataImage.NOT_FOUND;
  }

  private int compare(
      long block, int blockLength, int count, int index, MemorySegment names, long at, int length)
      throws CorruptImageException {
    int offset = nameOffset(block, index);
    int nameLength = nameLength(block, blockLength, count, index, offset);
    return bytes.compare(block + offset, nameLength, names, at, length);
  }

  /** The nid of a found entry, whose type must be that of the inode. */
  private long target(long directory, long entry, MemorySegment names, long at, int length)
      throws CorruptImageException {
    long nid = bytes.s64(entry + DirentLayout.NID_AT);
    inodes.checkType(nid, type(entry));
    if (length == 1 && names.get(JAVA_BYTE, at) == '.') {
      checkSelf(directory, entry, nid);
    }
    return nid;
  }

  /**
   * As {@link MetadataImage#list}.
   *
   * @param whiteouts whether to give them, too
   */
  void list(long nid, long cookie, boolean whiteouts, DirentSink sink) throws FsException {
    long inode = inodes.at(nid);
    int format = inodes.format(inode);
    long size = size(nid, inode, format);
    long wholeBlocks = size >> SuperblockLayout.BLOCK_BITS;
    int rest = (int) size & (SuperblockLayout.BLOCK_SIZE - 1);
    long blocksAt = inodes.blocksAt(inode);
    long restAt = restAt(inode, format, blocksAt, wholeBlocks, rest);
    long blocks = rest == 0 ? wholeBlocks : wholeBlocks + 1;

    long number = cookie >> COOKIE_ENTRY_BITS;
    int index = (int) cookie & COOKIE_ENTRY_MASK;
    if (cookie != 0 && (cookie < 0 || index == 0 || number >= blocks)) {
      throw unknownCookie(nid, cookie);
    }
    for (; number < blocks; number++, index = 0) {
      long block = blockAt(number, blocksAt, wholeBlocks, restAt);
      int blockLength = number == wholeBlocks ? rest : SuperblockLayout.BLOCK_SIZE;
      int count = count(block, blockLength);
      if (index > count) {
        throw unknownCookie(nid, cookie);
      }
      if (!list(nid, number, block, blockLength, count, index, whiteouts, sink)) {
        return;
      }
    }
  }

  private boolean list(
      long directory,
      long number,
      long block,
      int blockLength,
      int count,
      int from,
      boolean whiteouts,
      DirentSink sink)
      throws CorruptImageException {
    long previousAt = 0;
    int previousLength = 0;
    for (int index = from; index < count; index++) {
      long entry = block + (long) index * DirentLayout.SIZE;
      int offset = nameOffset(block, index);
      int length = nameLength(block, blockLength, count, index, offset);
      long at = block + offset;
      checkName(at, length);
      if (bytes.compare(at, length, bytes.segment(), previousAt, previousLength) <= 0) {
        throw bytes.corrupt(
            at,
            "entry '%s' follows '%s', expected names to ascend",
            bytes.copy(at, length),
            bytes.copy(previousAt, previousLength));
      }
      previousAt = at;
      previousLength = length;
      long nid = bytes.s64(entry + DirentLayout.NID_AT);
      FileType type = type(entry);
      if (length == 1 && bytes.u8(at) == '.') {
        checkSelf(directory, entry, nid);
      }
      if (type == FileType.CHARACTER_DEVICE && !whiteouts && inodes.isWhiteout(inodes.at(nid))) {
        continue;
      }
      long cookie = number << COOKIE_ENTRY_BITS | (index + 1);
      if (!sink.entry(cookie, nid, type, bytes.segment(), at, length)) {
        return false;
      }
    }
    return true;
  }

  static boolean isDotOrDotDot(MemorySegment names, long at, int length) {
    return names.get(JAVA_BYTE, at) == '.'
        && (length == 1 || (length == 2 && names.get(JAVA_BYTE, at + 1) == '.'));
  }

  private long size(long nid, long inode, int format) throws FsException {
    FileType type = inodes.type(inode);
    if (type != FileType.DIRECTORY) {
      throw new FsException(
          Errno.ENOTDIR, "%s: inode %d is not a directory".formatted(bytes.source(), nid));
    }
    return inodes.size(inode, format, type);
  }

  /** Where the last block stands if it is not a whole one. */
  private long restAt(long inode, int format, long blocksAt, long wholeBlocks, int rest)
      throws CorruptImageException {
    if (!InodeReader.isInline(format)) {
      return blocksAt + (wholeBlocks << SuperblockLayout.BLOCK_BITS);
    }
    if (rest == 0) {
      throw bytes.corrupt(
          inode + InodeLayout.FORMAT_AT, "inline directory has an empty tail, expected entries");
    }
    return inodes.tailAt(inode, format, rest);
  }

  private static long blockAt(long number, long blocksAt, long wholeBlocks, long restAt) {
    return number == wholeBlocks ? restAt : blocksAt + (number << SuperblockLayout.BLOCK_BITS);
  }

  /** How many entries a block has: names start where entries end. */
  private int count(long block, int blockLength) throws CorruptImageException {
    int end = nameOffset(block, 0);
    if (end == 0 || end > blockLength || end % DirentLayout.SIZE != 0) {
      throw bytes.corrupt(
          block + DirentLayout.NAME_OFFSET_AT,
          "first name is at %d of its block, expected a multiple of %d, up to %d",
          end,
          DirentLayout.SIZE,
          blockLength);
    }
    return end / DirentLayout.SIZE;
  }

  private int nameOffset(long block, int index) throws CorruptImageException {
    return bytes.u16(block + (long) index * DirentLayout.SIZE + DirentLayout.NAME_OFFSET_AT);
  }

  private int nameLength(long block, int blockLength, int count, int index, int offset)
      throws CorruptImageException {
    int end =
        index + 1 < count ? nameOffset(block, index + 1) : lastNameEnd(block, blockLength, offset);
    int length = end - offset;
    if (offset < count * DirentLayout.SIZE
        || end > blockLength
        || length < 1
        || length > DirentLayout.NAME_MAX) {
      throw bytes.corrupt(
          block + (long) index * DirentLayout.SIZE + DirentLayout.NAME_OFFSET_AT,
          "name is at %d to %d of its block, expected 1 to %d bytes within %d to %d",
          offset,
          end,
          DirentLayout.NAME_MAX,
          count * DirentLayout.SIZE,
          blockLength);
    }
    return length;
  }

  private int lastNameEnd(long block, int blockLength, int offset) throws CorruptImageException {
    int max = Math.min(blockLength, offset + DirentLayout.NAME_MAX + 1);
    int end = offset;
    while (end < max && bytes.u8(block + end) != 0) {
      end++;
    }
    return end;
  }

  private FileType type(long entry) throws CorruptImageException {
    int number = bytes.u8(entry + DirentLayout.TYPE_AT);
    FileType type = DirentLayout.typeOf(number);
    if (type == null) {
      throw bytes.corrupt(
          entry + DirentLayout.TYPE_AT, "entry type is %d, expected 1 to 7", number);
    }
    return type;
  }

  /** Such a name would lead out of its directory, or be cut by whoever takes it for a C string. */
  private void checkName(long at, int length) throws CorruptImageException {
    if (ByteScan.containsZeroOr(bytes, at, length, '/')) {
      throw bytes.corrupt(
          at, "entry name is '%s', expected no slash and no NUL", bytes.copy(at, length));
    }
  }

  private void checkSelf(long directory, long entry, long nid) throws CorruptImageException {
    if (nid != directory) {
      throw bytes.corrupt(
          entry + DirentLayout.NID_AT,
          "entry '.' is inode %s, expected %d, its directory",
          Long.toUnsignedString(nid),
          directory);
    }
  }

  private FsException unknownCookie(long nid, long cookie) {
    return new FsException(
        Errno.EINVAL,
        "%s: directory %d never gave out the position %d".formatted(bytes.source(), nid, cookie));
  }
}
