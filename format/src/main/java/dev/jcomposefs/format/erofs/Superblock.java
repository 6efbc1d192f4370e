package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ImageBytes;
import java.util.zip.CRC32C;

/**
 * The facts of an EROFS superblock that composefs uses; all others are checked to be zero.
 *
 * @param rootNid slot of the root directory's inode
 * @param inodeCount as the writer says, at least 1
 * @param buildTimeSeconds since 1970: the mtime of every compact inode
 * @param buildTimeNanos unsigned 32 bits
 * @param blocks of 4096 bytes in the whole image
 * @param xattrBlock number of the block that ids of shared xattrs count from
 * @param featureCompat bit mask
 * @param featureIncompat bit mask
 * @param xattrFilters whether the name filters of xattrs may be relied on
 */
public record Superblock(
    int rootNid,
    long inodeCount,
    long buildTimeSeconds,
    int buildTimeNanos,
    long blocks,
    long xattrBlock,
    int featureCompat,
    int featureIncompat,
    boolean xattrFilters) {

  static Superblock decode(ImageBytes in) throws FsException {
    long at = SuperblockLayout.AT;
    int magic = in.s32(at + SuperblockLayout.MAGIC_AT);
    if (magic != SuperblockLayout.MAGIC) {
      throw in.corrupt(
          at, "superblock magic is 0x%08x, expected 0x%08x", magic, SuperblockLayout.MAGIC);
    }
    ErofsFeatures.check(in);
    int compat = in.s32(at + SuperblockLayout.FEATURE_COMPAT_AT);
    if ((compat & SuperblockLayout.COMPAT_CHECKSUM) != 0) {
      checkSum(in);
    }
    Superblock superblock =
        new Superblock(
            in.u16(at + SuperblockLayout.ROOT_NID_AT),
            in.s64(at + SuperblockLayout.INODES_COUNT_AT),
            in.s64(at + SuperblockLayout.BUILD_TIME_AT),
            in.s32(at + SuperblockLayout.BUILD_TIME_NANOS_AT),
            in.u32(at + SuperblockLayout.BLOCKS_AT),
            in.u32(at + SuperblockLayout.XATTR_BLOCK_AT),
            compat,
            in.s32(at + SuperblockLayout.FEATURE_INCOMPAT_AT),
            (compat & SuperblockLayout.COMPAT_XATTR_FILTER) != 0
                && in.u8(at + SuperblockLayout.XATTR_FILTER_RESERVED_AT) == 0);
    superblock.checkRanges(in);
    return superblock;
  }

  private void checkRanges(ImageBytes in) throws CorruptImageException {
    long inodesMax = in.size() >> InodeLayout.SLOT_BITS;
    if (inodeCount < 1 || inodeCount > inodesMax) {
      throw in.corrupt(
          SuperblockLayout.AT + SuperblockLayout.INODES_COUNT_AT,
          "inode count is %s, expected 1 to %d",
          Long.toUnsignedString(inodeCount),
          inodesMax);
    }
    long blocksMax = in.size() >> SuperblockLayout.BLOCK_BITS;
    if (blocks > blocksMax) {
      throw in.corrupt(
          SuperblockLayout.AT + SuperblockLayout.BLOCKS_AT,
          "block count is %d, expected at most %d, which the image has",
          blocks,
          blocksMax);
    }
    if (xattrBlock >= blocksMax) {
      throw in.corrupt(
          SuperblockLayout.AT + SuperblockLayout.XATTR_BLOCK_AT,
          "shared xattrs start in block %d, expected one of %d blocks",
          xattrBlock,
          blocksMax);
    }
  }

  /** CRC-32C without the final inversion, of the rest of the block with the sum itself as zeros. */
  private static void checkSum(ImageBytes in) throws CorruptImageException {
    long sumAt = SuperblockLayout.AT + SuperblockLayout.CHECKSUM_AT;
    byte[] covered =
        in.copy(
                SuperblockLayout.AT,
                SuperblockLayout.BLOCK_SIZE - Math.toIntExact(SuperblockLayout.AT))
            .toByteArray();
    for (int i = 0; i < Integer.BYTES; i++) {
      covered[SuperblockLayout.CHECKSUM_AT + i] = 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(covered);
    int computed = ~(int) crc.getValue();
    int stored = in.s32(sumAt);
    if (stored != computed) {
      throw in.corrupt(sumAt, "superblock checksum is 0x%08x, expected 0x%08x", stored, computed);
    }
  }
}
