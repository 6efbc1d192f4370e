package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ImageBytes;

/** Looks for bytes that a string must not have, eight at a time: every listed name passes here. */
final class ByteScan {
  private static final long EACH_BYTE = 0x0101010101010101L;
  private static final long EACH_HIGH_BIT = 0x8080808080808080L;

  private ByteScan() {}

  static boolean containsZero(ImageBytes bytes, long at, int length) throws CorruptImageException {
    return containsZeroOr(bytes, at, length, '\0');
  }

  /**
   * @param other an ASCII character
   */
  static boolean containsZeroOr(ImageBytes bytes, long at, int length, char other)
      throws CorruptImageException {
    long end = at + length;
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      long eight = bytes.s64(at);
      if ((zeroBytes(eight) | zeroBytes(eight ^ (EACH_BYTE * other))) != 0) {
        return true;
      }
    }
    for (; at < end; at++) {
      int one = bytes.u8(at);
      if (one == 0 || one == other) {
        return true;
      }
    }
    return false;
  }

  /** Not 0 exactly if one of the eight bytes is 0. Source: Warren, Hacker's Delight, 6-1. */
  private static long zeroBytes(long eight) {
    return (eight - EACH_BYTE) & ~eight & EACH_HIGH_BIT;
  }
}
