package dev.jcomposefs.format.descriptor;

/** Superblock, little-endian. Source: composefs {@code kernel/cfs.h}, struct cfs_superblock. */
final class SuperblockLayout {
  static final int SIZE = 128; // bytes
  static final int VERSION = 1;
  static final int MAGIC = 0xc078629a;

  static final int VERSION_AT = 0; // u32
  static final int MAGIC_AT = 4; // u32
  static final int VARIABLE_DATA_AT = 8; // u64, bytes from start of image, multiple of 4
  static final int UNUSED_AT = 16; // 112 bytes, ignored

  private SuperblockLayout() {}
}
