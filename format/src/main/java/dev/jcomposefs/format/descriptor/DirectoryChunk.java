package dev.jcomposefs.format.descriptor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import java.lang.foreign.MemorySegment;

/**
 * The entries of one directory, decoded in place. All entries lie inside the image; what one of
 * them says is checked when it is asked for. Immutable.
 */
final class DirectoryChunk {
  private final ImageBytes bytes;
  private final long at;
  private final long length;
  private final long count;

  /**
   * @param inode offset of the record of a directory that was loaded
   */
  DirectoryChunk(ImageBytes bytes, InodeReader inodes, long inode) throws CorruptImageException {
    long reference = inode + InodeLayout.VARIABLE_DATA_AT;
    this.bytes = bytes;
    this.length = inodes.length(reference);
    this.at = length == 0 ? 0 : inodes.start(reference);
    this.count = length == 0 ? 0 : checkedCount();
  }

  private long checkedCount() throws CorruptImageException {
    if (length < DirectoryLayout.SIZE_MIN) {
      throw bytes.corrupt(
          at,
          "directory has %d bytes, expected none or at least %d",
          length,
          DirectoryLayout.SIZE_MIN);
    }
    long max = (length - DirectoryLayout.ENTRIES_AT) / DirectoryLayout.ENTRY_SIZE;
    long found = bytes.u32(at + DirectoryLayout.COUNT_AT);
    if (found < 1 || found > max) {
      throw bytes.corrupt(
          at, "directory of %d bytes has %d entries, expected 1 to %d", length, found, max);
    }
    return found;
  }

  /** Bytes of the chunk, 0 for an empty directory. */
  long length() {
    return length;
  }

  long count() {
    return count;
  }

  /**
   * Finds a name by binary search.
   *
   * @return its number, or -1
   */
  long find(MemorySegment names, long at, int length) throws CorruptImageException {
    long low = 0;
    long high = count;
    while (low < high) {
      long middle = (low + high) >>> 1;
      int order = bytes.compare(nameAt(middle), nameLength(middle), names, at, length);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -1;
  }

  /** Offset of an entry in the image. */
  long entryAt(long number) {
    return at + DirectoryLayout.ENTRIES_AT + number * DirectoryLayout.ENTRY_SIZE;
  }

  /** The index that an entry says; whether there is such an inode is not checked. */
  long index(long number) throws CorruptImageException {
    return bytes.u32(entryAt(number) + DirectoryLayout.INDEX_AT);
  }

  FileType type(long number) throws CorruptImageException {
    long typeAt = entryAt(number) + DirectoryLayout.TYPE_AT;
    int found = bytes.u8(typeAt);
    FileType type = found > 15 ? null : FileType.ofMode(found << 12);
    if (type == null) {
      throw bytes.corrupt(typeAt, "entry type is %d, expected one of the seven file types", found);
    }
    return type;
  }

  /** Whether an entry is of type directory; any type, even none of the seven, is an answer. */
  boolean saysDirectory(long number) throws CorruptImageException {
    return bytes.u8(entryAt(number) + DirectoryLayout.TYPE_AT) == FileType.DIRECTORY.direntType();
  }

  ByteString name(long number) throws CorruptImageException {
    return bytes.copy(nameAt(number), nameLength(number));
  }

  int nameLength(long number) throws CorruptImageException {
    return bytes.u8(entryAt(number) + DirectoryLayout.NAME_LENGTH_AT);
  }

  /** Offset in the image of an entry's name, which has at least one byte and lies in the chunk. */
  long nameAt(long number) throws CorruptImageException {
    long entry = entryAt(number);
    long names = entryAt(count);
    long room = at + length - names;
    long offset = bytes.u32(entry + DirectoryLayout.NAME_OFFSET_AT);
    int nameLength = nameLength(number);
    if (nameLength < 1 || offset > room - nameLength) {
      throw bytes.corrupt(
          entry,
          "entry name has %d bytes at %d, expected at least 1 within %d",
          nameLength,
          offset,
          room);
    }
    return names + offset;
  }

  /**
   * Throws unless the entry has the name of a file, and one that belongs behind the entry before.
   */
  void checkName(long number) throws CorruptImageException {
    long nameAt = nameAt(number);
    int nameLength = nameLength(number);
    boolean good = !isDotOrDotDot(bytes.segment(), nameAt, nameLength);
    for (int i = 0; i < nameLength && good; i++) {
      // It would lead out of its directory, or be cut by whoever takes it for a C string.
      int b = bytes.u8(nameAt + i);
      good = b != 0 && b != '/';
    }
    if (!good) {
      throw bytes.corrupt(nameAt, "entry name is '%s', expected the name of a file", name(number));
    }
    if (number > 0
        && bytes.compare(
                nameAt, nameLength, bytes.segment(), nameAt(number - 1), nameLength(number - 1))
            <= 0) {
      throw bytes.corrupt(
          entryAt(number),
          "entry '%s' follows '%s', expected names to ascend",
          name(number),
          name(number - 1));
    }
  }

  static boolean isDotOrDotDot(MemorySegment names, long at, int length) {
    return length <= 2
        && names.get(JAVA_BYTE, at) == '.'
        && names.get(JAVA_BYTE, at + length - 1) == '.';
  }
}
