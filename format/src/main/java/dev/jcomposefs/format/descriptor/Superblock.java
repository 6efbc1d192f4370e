package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ImageBytes;

/**
 * What the superblock says.
 *
 * @param inodeCount records in the inode table, at least 1
 * @param variableDataAt bytes from the start of the image, up to its end
 */
record Superblock(int inodeCount, long variableDataAt) {

  /** Records; more would not fit an array, and be more than 200 GiB. */
  private static final int INODES_MAX = Integer.MAX_VALUE - 8;

  static Superblock decode(ImageBytes bytes) throws FsException {
    int magic = bytes.s32(SuperblockLayout.MAGIC_AT);
    if (magic != SuperblockLayout.MAGIC) {
      throw bytes.corrupt(
          SuperblockLayout.MAGIC_AT,
          "superblock magic is 0x%08x, expected 0x%08x",
          magic,
          SuperblockLayout.MAGIC);
    }
    long version = bytes.u32(SuperblockLayout.VERSION_AT);
    if (version != SuperblockLayout.VERSION) {
      throw new UnsupportedImageException(
          bytes.source(),
          "descriptor version is %d, expected %d".formatted(version, SuperblockLayout.VERSION));
    }
    long variableDataAt = bytes.s64(SuperblockLayout.VARIABLE_DATA_AT);
    // At least one inode, hence not the 128 that the kernel's own check asks for.
    long min = InodeLayout.TABLE_AT + InodeLayout.SIZE;
    if (variableDataAt < min || variableDataAt > bytes.size() || variableDataAt % 4 != 0) {
      throw bytes.corrupt(
          SuperblockLayout.VARIABLE_DATA_AT,
          "variable data starts at %s, expected a multiple of 4 from %d to %d",
          Long.toUnsignedString(variableDataAt),
          min,
          bytes.size());
    }
    long inodeCount = (variableDataAt - InodeLayout.TABLE_AT) / InodeLayout.SIZE;
    if (inodeCount > INODES_MAX) {
      throw new UnsupportedImageException(
          bytes.source(),
          "image has %d inodes, expected at most %d".formatted(inodeCount, INODES_MAX));
    }
    return new Superblock((int) inodeCount, variableDataAt);
  }
}
