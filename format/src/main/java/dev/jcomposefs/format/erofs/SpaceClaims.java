package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ImageBytes;

/**
 * Adds up the bytes that the parts of an image take. In a sound image no two parts overlap, so the
 * sum cannot exceed the whole. Without this bound a small image whose many inodes all lie over the
 * same bytes would unfold into a tree that fills any memory.
 */
final class SpaceClaims {
  private final ImageBytes bytes;
  private long left;

  SpaceClaims(ImageBytes bytes) {
    this.bytes = bytes;
    this.left = bytes.size();
  }

  /**
   * @param at where the part stands
   * @param length bytes of a part that was not claimed before, 0 to the size of the image
   */
  void claim(long at, long length) throws CorruptImageException {
    left -= length;
    if (left < 0) {
      throw bytes.corrupt(
          at,
          "parts of the image take more than its %d bytes, expected none to overlap",
          bytes.size());
    }
  }
}
