package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where the content of regular files is: in the image, or in an object that two overlay
 * xattrs name: {@code redirect} holds the path below a base directory with a slash in front, {@code
 * metacopy} nothing or four bytes and the digest. Source: Linux {@code fs/overlayfs/overlayfs.h},
 * struct ovl_metacopy.
 */
final class ContentReader {
  private static final int DIGEST_AT = 4; // after version u8, length u8, flags u8, algorithm u8

  private final ImageBytes bytes;
  private final InodeReader inodes;
  private final XattrReader xattrs;

  ContentReader(ImageBytes bytes, InodeReader inodes, XattrReader xattrs) {
    this.bytes = bytes;
    this.inodes = inodes;
    this.xattrs = xattrs;
  }

  /** Whether a regular file of that size has its content outside of the image. */
  boolean isBacked(long inode, int format, long size) throws CorruptImageException {
    if (!InodeReader.isChunkBased(format)) {
      // overlayfs would serve the object, other readers the bytes in the image.
      if (size > 0 && find(inode, format, OverlayKeys.METACOPY) != XattrReader.NONE) {
        throw bytes.corrupt(
            inode,
            "inode has format 0x%04x and a metacopy xattr, expected content in one place",
            format);
      }
      return false;
    }
    // The upper half may be part of a block number: writers move chunk tables that do not fit.
    int chunkFormat = bytes.u16(inode + InodeLayout.DATA_AT);
    if ((chunkFormat & ~InodeLayout.CHUNK_BITS_MASK) != 0) {
      throw bytes.corrupt(
          inode + InodeLayout.DATA_AT, "chunk format is 0x%04x, expected 0 to 31", chunkFormat);
    }
    return size > 0;
  }

  Content.Backed backed(long inode, int format, long size) throws CorruptImageException {
    return new Content.Backed(path(inode, format), size, digest(inode, format));
  }

  /** The content of a file that is not backed. */
  MemorySegment inline(long inode, int format, int size) throws CorruptImageException {
    if (size == 0) {
      return MemorySegment.NULL;
    }
    if (!InodeReader.isInline(format)) {
      return bytes.slice(inodes.blocksAt(inode), size);
    }
    int tailLength = size & (SuperblockLayout.BLOCK_SIZE - 1);
    int inBlocks = size - tailLength;
    long tail = inodes.tailAt(inode, format, tailLength);
    if (inBlocks == 0) {
      return bytes.slice(tail, size);
    }
    MemorySegment joined = MemorySegment.ofArray(new byte[size]);
    bytes.copy(inodes.blocksAt(inode), joined, 0, inBlocks);
    bytes.copy(tail, joined, inBlocks, tailLength);
    return joined.asReadOnly();
  }

  /** The path of the object as it was declared to the writer, which put one slash in front. */
  @Nullable ByteString payload(long inode, int format) throws CorruptImageException {
    long entry = find(inode, format, OverlayKeys.REDIRECT);
    if (entry == XattrReader.NONE) {
      return null;
    }
    ByteString redirect = bytes.copy(xattrs.valueAt(entry), xattrs.valueLength(entry));
    if (redirect.indexOf((byte) 0) >= 0) {
      throw badPath(entry, redirect);
    }
    return redirect.length() > 1 && redirect.at(0) == '/' ? redirect.substring(1) : redirect;
  }

  /** The path of the object without leading slashes; does not lead out of a base directory. */
  private @Nullable ByteString path(long inode, int format) throws CorruptImageException {
    ByteString payload = payload(inode, format);
    if (payload == null) {
      return null;
    }
    int from = 0;
    while (from < payload.length() && payload.at(from) == '/') {
      from++;
    }
    ByteString path = payload.substring(from);
    if (hasParentStep(path)) {
      throw badPath(find(inode, format, OverlayKeys.REDIRECT), path);
    }
    return path.isEmpty() ? null : path;
  }

  @Nullable Digest digest(long inode, int format) throws CorruptImageException {
    long entry = find(inode, format, OverlayKeys.METACOPY);
    if (entry == XattrReader.NONE || xattrs.valueLength(entry) == 0) {
      return null;
    }
    byte[] value = bytes.copy(xattrs.valueAt(entry), xattrs.valueLength(entry)).toByteArray();
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      int length = DIGEST_AT + algorithm.digestSize();
      if (value.length == length
          && value[0] == 0
          && value[1] == length
          && value[2] == 0
          && value[3] == algorithm.number()) {
        return Digest.of(algorithm, Arrays.copyOfRange(value, DIGEST_AT, length));
      }
    }
    throw bytes.corrupt(
        xattrs.valueAt(entry),
        "metacopy is %d bytes with '%s' in front, expected a SHA-256 or SHA-512 digest or none",
        value.length,
        ByteString.copyOf(value, 0, Math.min(value.length, DIGEST_AT)));
  }

  private long find(long inode, int format, ByteString key) throws CorruptImageException {
    return xattrs.find(inode, format, ByteString.EMPTY, key.asSegment(), 0, key.length());
  }

  private CorruptImageException badPath(long entry, ByteString path) throws CorruptImageException {
    return bytes.corrupt(
        xattrs.valueAt(entry), "backing path is '%s', expected no '..' and no NUL", path);
  }

  private static boolean hasParentStep(ByteString path) {
    int dots = 0; // of the current step, or -1 once it has another byte
    for (int i = 0; i <= path.length(); i++) {
      if (i == path.length() || path.at(i) == '/') {
        if (dots == 2) {
          return true;
        }
        dots = 0;
      } else {
        dots = dots >= 0 && path.at(i) == '.' ? dots + 1 : -1;
      }
    }
    return false;
  }
}
