package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Decodes inode records in place, and what they refer to.
 *
 * <p>An inode is passed around as the offset of its record, a reference as the offset of its own
 * bytes: a decoded object per request would be garbage.
 */
final class InodeReader {
  /** Bytes: PATH_MAX without the final zero. */
  private static final int PAYLOAD_MAX = 4095;

  private static final int NANOS_MAX = 999_999_999;

  private final ImageBytes bytes;
  private final int count;
  private final long variableDataAt;

  InodeReader(ImageBytes bytes, Superblock superblock) {
    this.bytes = bytes;
    this.count = superblock.inodeCount();
    this.variableDataAt = superblock.variableDataAt();
  }

  static long id(long index) {
    return index + 1;
  }

  int count() {
    return count;
  }

  /** Bytes of the variable data. */
  long variableDataSize() {
    return bytes.size() - variableDataAt;
  }

  /** Offset of the record with that index, 0 to {@link #count()} - 1. */
  static long recordAt(int index) {
    return InodeLayout.TABLE_AT + (long) index * InodeLayout.SIZE;
  }

  /** Offset of the record of an inode, after everything has been checked that it says by itself. */
  long load(long id) throws CorruptImageException {
    if (id < 1 || id > count) {
      throw bytes.corrupt(
          InodeLayout.TABLE_AT, "inode %d is not in the table, expected 1 to %d", id, count);
    }
    long at = recordAt((int) (id - 1));
    FileType type = type(at);
    checkNumbers(at);
    switch (type) {
      case REGULAR -> checkPayload(at, size(at) > 0);
      case SYMLINK -> checkPayload(at, true);
      case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {}
    }
    long xattrs = length(at + InodeLayout.XATTRS_AT);
    if (xattrs > 0 && xattrs < XattrLayout.SIZE_MIN) {
      throw bytes.corrupt(
          at + InodeLayout.XATTRS_AT,
          "xattrs have %d bytes, expected none or at least %d",
          xattrs,
          XattrLayout.SIZE_MIN);
    }
    checkDigest(at + InodeLayout.DIGEST_AT);
    return at;
  }

  /** As {@link #load}, for a directory only. */
  long loadDirectory(long id) throws FsException {
    long at = load(id);
    if (type(at) != FileType.DIRECTORY) {
      throw new FsException(
          Errno.ENOTDIR, "%s: inode %d is not a directory".formatted(bytes.source(), id));
    }
    return at;
  }

  /** Fills {@code into} with the attributes of an inode that was loaded. */
  void decode(long id, long at, Inode into) throws CorruptImageException {
    into.set(
        id,
        mode(at),
        bytes.s32(at + InodeLayout.NLINK_AT),
        bytes.s32(at + InodeLayout.UID_AT),
        bytes.s32(at + InodeLayout.GID_AT),
        rdev(at),
        size(at),
        bytes.s64(at + InodeLayout.MTIME_AT),
        bytes.s32(at + InodeLayout.MTIME_NANOS_AT));
  }

  int mode(long at) throws CorruptImageException {
    return bytes.s32(at + InodeLayout.MODE_AT) & 0xffff;
  }

  FileType type(long at) throws CorruptImageException {
    FileType type = FileType.ofMode(mode(at));
    if (type == null) {
      throw bytes.corrupt(
          at + InodeLayout.MODE_AT, "mode is %06o, expected one of the seven file types", mode(at));
    }
    return type;
  }

  long size(long at) throws CorruptImageException {
    return bytes.s64(at + InodeLayout.FILE_SIZE_AT);
  }

  /** Device number, 0 for what is no device. */
  int rdev(long at) throws CorruptImageException {
    return type(at).isDevice() ? bytes.s32(at + InodeLayout.RDEV_AT) : 0;
  }

  /** The backing path of a regular file that was loaded, or the target of a link. */
  ByteString payload(long at) throws CorruptImageException {
    long reference = at + InodeLayout.VARIABLE_DATA_AT;
    long start = start(reference);
    ByteString payload = bytes.copy(start, (int) length(reference));
    if (payload.indexOf((byte) 0) >= 0) {
      throw bytes.corrupt(start, "path is '%s', expected no NUL", payload);
    }
    return payload;
  }

  /** The digest that an inode that was loaded has, or null. */
  @Nullable Digest digest(long at) throws CorruptImageException {
    long reference = at + InodeLayout.DIGEST_AT;
    int length = (int) length(reference);
    return length == 0
        ? null
        : Digest.of(HashAlgorithm.SHA256, bytes.copy(start(reference), length).toByteArray());
  }

  /** Bytes that a reference refers to, 0 for nothing; not checked. */
  long length(long reference) throws CorruptImageException {
    return bytes.u32(reference + ReferenceLayout.LENGTH_AT);
  }

  /** Offset in the image of the bytes that a reference refers to, which all lie inside. */
  long start(long reference) throws CorruptImageException {
    long offset = bytes.s64(reference + ReferenceLayout.OFFSET_AT);
    long length = length(reference);
    long room = variableDataSize();
    if (offset < 0 || offset >= room || length > room - offset) {
      throw bytes.corrupt(
          reference,
          "reference is to %d bytes at %s of the variable data, expected them within %d",
          length,
          Long.toUnsignedString(offset),
          room);
    }
    return variableDataAt + offset;
  }

  private void checkNumbers(long at) throws CorruptImageException {
    if (size(at) < 0) {
      throw bytes.corrupt(
          at + InodeLayout.FILE_SIZE_AT,
          "size is %s, expected at most %d",
          Long.toUnsignedString(size(at)),
          Long.MAX_VALUE);
    }
    checkNanos(at + InodeLayout.MTIME_NANOS_AT);
    checkNanos(at + InodeLayout.CTIME_NANOS_AT);
  }

  private void checkNanos(long at) throws CorruptImageException {
    long nanos = bytes.u32(at);
    if (nanos > NANOS_MAX) {
      throw bytes.corrupt(at, "nanoseconds are %d, expected at most %d", nanos, NANOS_MAX);
    }
  }

  private void checkPayload(long at, boolean needed) throws CorruptImageException {
    long reference = at + InodeLayout.VARIABLE_DATA_AT;
    long length = length(reference);
    if (needed ? length < 1 || length > PAYLOAD_MAX : length > 0) {
      throw bytes.corrupt(
          reference,
          "path of inode with mode %06o and size %d has %d bytes, expected %s",
          mode(at),
          size(at),
          length,
          needed ? "1 to " + PAYLOAD_MAX : "none");
    }
    if (needed) {
      start(reference);
    }
  }

  private void checkDigest(long reference) throws CorruptImageException {
    long length = length(reference);
    if (length != 0) {
      int expected = HashAlgorithm.SHA256.digestSize();
      if (length != expected) {
        throw bytes.corrupt(
            reference, "digest has %d bytes, expected none or %d", length, expected);
      }
      start(reference);
    }
  }
}
