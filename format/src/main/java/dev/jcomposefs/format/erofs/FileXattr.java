package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.verity.Digest;
import java.io.IOException;
import java.util.Arrays;

/**
 * An xattr that tells overlayfs about the object of one file and that no other file has. A holder
 * that is set to one file after the other: there are as many values as files, so none is kept.
 */
final class FileXattr extends XattrEntry {
  /** Version u8, length u8, flags u8, algorithm u8; then the digest. */
  private static final int METACOPY_HEADER_SIZE = 4;

  private byte[] value = new byte[256];
  private int length;

  FileXattr(ByteString key) {
    super(key, XattrPrefix.TRUSTED);
  }

  /** Sets what {@link OverlayKeys#METACOPY} holds for an object of that digest. */
  FileXattr setMetacopy(Digest digest) {
    length = METACOPY_HEADER_SIZE + digest.algorithm().digestSize();
    value[0] = 0;
    value[1] = (byte) length;
    value[2] = 0;
    value[3] = (byte) digest.algorithm().number();
    digest.copyTo(value, METACOPY_HEADER_SIZE);
    return this;
  }

  /** Sets what {@link OverlayKeys#REDIRECT} holds: the path behind a slash, as it is. */
  FileXattr setRedirect(ExternalFile file) {
    length = 1 + file.pathLength();
    if (value.length < length) {
      value = Arrays.copyOf(value, length);
    }
    value[0] = '/';
    file.copyPathTo(value, 1);
    return this;
  }

  /** The value as an object of its own. */
  ByteString value() {
    return ByteString.copyOf(value, 0, length);
  }

  @Override
  int sharedAt() {
    return NOT_SHARED;
  }

  @Override
  int valueLength() {
    return length;
  }

  @Override
  void writeValue(ImageOutput out) throws IOException {
    out.bytes(value, length);
  }
}
