package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.image.XattrSink;
import java.lang.foreign.MemorySegment;

/** Searches and lists xattr chunks in place. The kernel driver did not rely on their order. */
final class XattrReader {
  private static final ByteString ACL_ACCESS = ByteString.utf8("system.posix_acl_access");
  private static final ByteString ACL_DEFAULT = ByteString.utf8("system.posix_acl_default");

  private final ImageBytes bytes;
  private final InodeReader inodes;

  XattrReader(ImageBytes bytes, InodeReader inodes) {
    this.bytes = bytes;
    this.inodes = inodes;
  }

  /** As {@link MetadataImage#xattr}, for an inode that was loaded. */
  int copy(
      long inode,
      MemorySegment names,
      long at,
      int length,
      MemorySegment into,
      long intoAt,
      int room)
      throws CorruptImageException {
    long chunkLength = chunkLength(inode);
    if (chunkLength == 0) {
      return MetadataImage.NOT_FOUND;
    }
    long chunk = chunkAt(inode);
    int count = count(chunk, chunkLength);
    long key = keysAt(chunk, count);
    for (int i = 0; i < count; i++) {
      long element = elementAt(chunk, i);
      int keyLength = keyLength(element);
      int valueLength = valueLength(element);
      check(element, key, chunk + chunkLength);
      if (bytes.compare(key, keyLength, names, at, length) == 0) {
        if (valueLength <= room) {
          bytes.copy(key + keyLength, into, intoAt, valueLength);
        }
        return valueLength;
      }
      key += keyLength + valueLength;
    }
    return MetadataImage.NOT_FOUND;
  }

  /**
   * Gives every xattr of an inode that was loaded, in stored order.
   *
   * @return bytes of the chunk that they take
   */
  long walk(long inode, XattrSink sink) throws CorruptImageException {
    long chunkLength = chunkLength(inode);
    if (chunkLength == 0) {
      return 0;
    }
    long chunk = chunkAt(inode);
    int count = count(chunk, chunkLength);
    long at = keysAt(chunk, count);
    for (int i = 0; i < count; i++) {
      long element = elementAt(chunk, i);
      int keyLength = keyLength(element);
      int valueLength = valueLength(element);
      check(element, at, chunk + chunkLength);
      ByteString key = bytes.copy(at, keyLength);
      if (key.indexOf((byte) 0) >= 0) {
        throw bytes.corrupt(at, "xattr key is '%s', expected no NUL", key);
      }
      sink.xattr(key, bytes.slice(at + keyLength, valueLength));
      at += keyLength + valueLength;
    }
    return at - chunk;
  }

  /** Whether any inode has an xattr, also one that no entry names. */
  boolean any() throws CorruptImageException {
    for (int index = 0; index < inodes.count(); index++) {
      if (chunkLength(InodeReader.recordAt(index)) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether any inode has a POSIX ACL, or the image is too damaged or too strange to tell. */
  boolean anyAcl() throws CorruptImageException {
    // Inodes can share chunks, and chunks can overlap: more would not be an image of a file tree.
    long budget = bytes.size();
    long previous = 0;
    for (int index = 0; index < inodes.count(); index++) {
      long inode = InodeReader.recordAt(index);
      if (chunkLength(inode) == 0 || chunkAt(inode) == previous) {
        continue;
      }
      previous = chunkAt(inode);
      budget -= count(previous, chunkLength(inode));
      if (budget < 0 || hasAcl(inode)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasAcl(long inode) throws CorruptImageException {
    return has(inode, ACL_ACCESS) || has(inode, ACL_DEFAULT);
  }

  private boolean has(long inode, ByteString key) throws CorruptImageException {
    return copy(inode, key.asSegment(), 0, key.length(), MemorySegment.NULL, 0, -1)
        != MetadataImage.NOT_FOUND;
  }

  long chunkLength(long inode) throws CorruptImageException {
    return inodes.length(inode + InodeLayout.XATTRS_AT);
  }

  long chunkAt(long inode) throws CorruptImageException {
    return inodes.start(inode + InodeLayout.XATTRS_AT);
  }

  /** How many elements a chunk has; they all lie inside it. */
  private int count(long chunk, long chunkLength) throws CorruptImageException {
    int count = bytes.u16(chunk + XattrLayout.COUNT_AT);
    long max = (chunkLength - XattrLayout.ELEMENTS_AT) / XattrLayout.ELEMENT_SIZE;
    if (count < 1 || count > max) {
      throw bytes.corrupt(
          chunk, "chunk of %d bytes has %d xattrs, expected 1 to %d", chunkLength, count, max);
    }
    return count;
  }

  private static long elementAt(long chunk, int index) {
    return chunk + XattrLayout.ELEMENTS_AT + (long) index * XattrLayout.ELEMENT_SIZE;
  }

  private static long keysAt(long chunk, int count) {
    return elementAt(chunk, count);
  }

  private int keyLength(long element) throws CorruptImageException {
    return bytes.u16(element + XattrLayout.KEY_LENGTH_AT);
  }

  private int valueLength(long element) throws CorruptImageException {
    return bytes.u16(element + XattrLayout.VALUE_LENGTH_AT);
  }

  private void check(long element, long at, long end) throws CorruptImageException {
    int keyLength = keyLength(element);
    int valueLength = valueLength(element);
    if (keyLength < 1 || keyLength > XattrLayout.KEY_MAX || keyLength + valueLength > end - at) {
      throw bytes.corrupt(
          element,
          "xattr has a key of %d and a value of %d bytes, expected 1 to %d, together at most %d",
          keyLength,
          valueLength,
          XattrLayout.KEY_MAX,
          end - at);
    }
  }
}
