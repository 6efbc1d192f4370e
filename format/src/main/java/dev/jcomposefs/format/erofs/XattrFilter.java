package dev.jcomposefs.format.erofs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The name filter of an inode's xattrs, a Bloom filter of one hash and 32 bits. A bit that is
 * <i>set</i> says that no key has that hash, so most keys that are not there are known not to be
 * without a search.
 *
 * <p>Source: Linux {@code fs/erofs/xattr.c}, erofs_getxattr; {@code lib/xxhash.c}, xxh32.
 */
final class XattrFilter {
  /** The filter of an inode without xattrs. */
  static final int EMPTY = -1;

  private static final int SEED = 0x25bbe08f;

  private static final int PRIME_1 = 0x9e3779b1;
  private static final int PRIME_2 = 0x85ebca77;
  private static final int PRIME_3 = 0xc2b2ae3d;
  private static final int PRIME_4 = 0x27d4eb2f;
  private static final int PRIME_5 = 0x165667b1;

  private static final ValueLayout.OfInt INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private XattrFilter() {}

  /**
   * The one bit that a key has in the filter; a writer clears it, a reader finds it set where the
   * key is missing.
   *
   * @param prefix index of the key's prefix
   * @param names memory that holds the key's suffix, from {@code at} on
   */
  static int bit(int prefix, MemorySegment names, long at, int length) {
    return 1 << (hash(prefix, names, at, length) & 31);
  }

  static int bit(int prefix, ByteString suffix) {
    return bit(prefix, suffix.asSegment(), 0, suffix.length());
  }

  /** xxHash-32 of the suffix, seeded with the prefix. */
  static int hash(int prefix, MemorySegment names, long at, int length) {
    int seed = SEED + prefix;
    long end = at + length;
    int hash;
    if (length >= 16) {
      int a = seed + PRIME_1 + PRIME_2;
      int b = seed + PRIME_2;
      int c = seed;
      int d = seed - PRIME_1;
      for (; end - at >= 16; at += 16) {
        a = round(a, names.get(INT, at));
        b = round(b, names.get(INT, at + 4));
        c = round(c, names.get(INT, at + 8));
        d = round(d, names.get(INT, at + 12));
      }
      hash =
          Integer.rotateLeft(a, 1)
              + Integer.rotateLeft(b, 7)
              + Integer.rotateLeft(c, 12)
              + Integer.rotateLeft(d, 18);
    } else {
      hash = seed + PRIME_5;
    }
    hash += length;
    for (; end - at >= 4; at += 4) {
      hash = Integer.rotateLeft(hash + names.get(INT, at) * PRIME_3, 17) * PRIME_4;
    }
    for (; at < end; at++) {
      hash = Integer.rotateLeft(hash + (names.get(JAVA_BYTE, at) & 0xff) * PRIME_5, 11) * PRIME_1;
    }
    hash = (hash ^ (hash >>> 15)) * PRIME_2;
    hash = (hash ^ (hash >>> 13)) * PRIME_3;
    return hash ^ (hash >>> 16);
  }

  private static int round(int lane, int word) {
    return Integer.rotateLeft(lane + word * PRIME_2, 13) * PRIME_1;
  }
}
