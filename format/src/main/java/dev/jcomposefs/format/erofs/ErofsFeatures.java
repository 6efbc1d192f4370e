package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ImageBytes;

/**
 * Refuses what EROFS can and composefs never does. Bits and the Linux versions that brought them:
 * {@code fs/erofs/erofs_fs.h}, EROFS_FEATURE_*.
 */
final class ErofsFeatures {
  private static final int COMPAT =
      SuperblockLayout.COMPAT_CHECKSUM
          | SuperblockLayout.COMPAT_MTIME
          | SuperblockLayout.COMPAT_XATTR_FILTER;
  private static final int INCOMPAT = SuperblockLayout.INCOMPAT_CHUNKED_FILE;

  private static final String[] INCOMPAT_NAMES = {
    "LZ4 zero padding (Linux 5.3)",
    "compression configurations (Linux 5.13)",
    "chunked files (Linux 5.15)",
    "device table or second compression head (Linux 5.16)",
    "tail-packed compression (Linux 5.17)",
    "fragments or deduplication (Linux 6.1)",
    "long xattr prefixes (Linux 6.4)",
    "48-bit block addresses (Linux 6.15)",
    "metadata in an inode (Linux 6.17)",
  };

  private ErofsFeatures() {}

  static void check(ImageBytes in) throws CorruptImageException, UnsupportedImageException {
    long at = SuperblockLayout.AT;
    checkBits(in, "incompatible", in.s32(at + SuperblockLayout.FEATURE_INCOMPAT_AT), INCOMPAT);
    checkBits(in, "compatible", in.s32(at + SuperblockLayout.FEATURE_COMPAT_AT), COMPAT);
    check(in, "log2 of the block size", in.u8(at + SuperblockLayout.BLOCK_BITS_AT), 12);
    check(in, "superblock extension slots", in.u8(at + SuperblockLayout.EXTENSION_SLOTS_AT), 0);
    check(in, "first metadata block", in.u32(at + SuperblockLayout.META_BLOCK_AT), 0);
    check(in, "compression algorithms", in.u16(at + SuperblockLayout.COMPRESSION_ALGORITHMS_AT), 0);
    check(in, "extra devices", in.u16(at + SuperblockLayout.EXTRA_DEVICES_AT), 0);
    check(
        in,
        "log2 of the blocks of a directory block",
        in.u8(at + SuperblockLayout.DIRECTORY_BLOCK_BITS_AT),
        0);
    check(in, "long xattr prefixes", in.u8(at + SuperblockLayout.XATTR_PREFIX_COUNT_AT), 0);
    check(in, "packed inode", in.s64(at + SuperblockLayout.PACKED_NID_AT), 0);
  }

  private static void checkBits(ImageBytes in, String kind, int found, int supported)
      throws UnsupportedImageException {
    int unsupported = found & ~supported;
    if (unsupported != 0) {
      int bit = Integer.numberOfTrailingZeros(unsupported);
      boolean named = supported == INCOMPAT && bit < INCOMPAT_NAMES.length;
      throw new UnsupportedImageException(
          in.source(),
          "%s EROFS feature 0x%x%s is set, supported are 0x%x"
              .formatted(kind, 1 << bit, named ? ", " + INCOMPAT_NAMES[bit] + "," : "", supported));
    }
  }

  private static void check(ImageBytes in, String what, long found, long expected)
      throws UnsupportedImageException {
    if (found != expected) {
      throw new UnsupportedImageException(
          in.source(),
          "superblock: %s: found %s, supported is %d"
              .formatted(what, Long.toUnsignedString(found), expected));
    }
  }
}
