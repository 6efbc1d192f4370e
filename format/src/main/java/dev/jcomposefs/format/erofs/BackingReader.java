package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the two overlay xattrs that say where a file's content is: {@code redirect}, the path below
 * a base directory with a slash in front, and {@code metacopy}, empty or four bytes and the digest.
 * Source: Linux {@code fs/overlayfs/overlayfs.h}, struct ovl_metacopy.
 */
final class BackingReader {
  private static final int DIGEST_AT = 4; // after version u8, length u8, flags u8, algorithm u8

  private final ImageBytes bytes;
  private final XattrReader xattrs;

  BackingReader(ImageBytes bytes, XattrReader xattrs) {
    this.bytes = bytes;
    this.xattrs = xattrs;
  }

  boolean hasMetacopy(long inode, int format) throws CorruptImageException {
    return find(inode, format, OverlayKeys.METACOPY) != XattrReader.NONE;
  }

  Content.Backed read(long inode, int format, long size) throws CorruptImageException {
    return new Content.Backed(path(inode, format), size, digest(inode, format));
  }

  private @Nullable ByteString path(long inode, int format) throws CorruptImageException {
    long entry = find(inode, format, OverlayKeys.REDIRECT);
    if (entry == XattrReader.NONE) {
      return null;
    }
    ByteString redirect = bytes.copy(xattrs.valueAt(entry), xattrs.valueLength(entry));
    int from = 0;
    while (from < redirect.length() && redirect.at(from) == '/') {
      from++;
    }
    ByteString path = redirect.substring(from);
    if (path.isEmpty()) {
      return null;
    }
    if (path.indexOf((byte) 0) >= 0 || hasParentStep(path)) {
      throw bytes.corrupt(
          xattrs.valueAt(entry), "backing path is '%s', expected no '..' and no NUL", path);
    }
    return path;
  }

  private @Nullable Digest digest(long inode, int format) throws CorruptImageException {
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
        "metacopy has %d bytes, '%s', expected none, a SHA-256 or a SHA-512 digest",
        value.length,
        ByteString.copyOf(value, 0, Math.min(value.length, DIGEST_AT)));
  }

  private long find(long inode, int format, ByteString key) throws CorruptImageException {
    return xattrs.find(inode, format, ByteString.EMPTY, key.asSegment(), 0, key.length());
  }

  private static boolean hasParentStep(ByteString path) {
    int step = 0; // bytes of the current step, all of them dots, or -1
    for (int i = 0; i <= path.length(); i++) {
      if (i == path.length() || path.at(i) == '/') {
        if (step == 2) {
          return true;
        }
        step = 0;
      } else {
        step = step >= 0 && path.at(i) == '.' ? step + 1 : -1;
      }
    }
    return false;
  }
}
