package dev.jcomposefs.format.verity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a file's digest is the hash of, little-endian.
 *
 * <p>Source: Linux {@code include/uapi/linux/fsverity.h}, struct fsverity_descriptor.
 */
final class VerityDescriptorLayout {
  static final int SIZE = 256; // bytes

  static final int VERSION_AT = 0; // u8
  static final int ALGORITHM_AT = 1; // u8
  static final int BLOCK_BITS_AT = 2; // u8, log2(block size in bytes)
  static final int SALT_SIZE_AT = 3; // u8, 0: composefs has no salt
  static final int FILE_SIZE_AT = 8; // u64, bytes
  static final int ROOT_HASH_AT = 16; // 64 bytes, padded with zeros

  private static final byte VERSION = 1;

  private VerityDescriptorLayout() {}

  static byte[] encode(HashAlgorithm algorithm, long fileSize, byte[] rootHash) {
    return ByteBuffer.allocate(SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(VERSION_AT, VERSION)
        .put(ALGORITHM_AT, (byte) algorithm.number())
        .put(BLOCK_BITS_AT, (byte) Integer.numberOfTrailingZeros(BlockHasher.BLOCK_SIZE))
        .put(SALT_SIZE_AT, (byte) 0)
        .putLong(FILE_SIZE_AT, fileSize)
        .put(ROOT_HASH_AT, rootHash)
        .array();
  }
}
