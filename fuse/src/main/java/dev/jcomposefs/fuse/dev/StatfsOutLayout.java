package dev.jcomposefs.fuse.dev;

/** Reply to STATFS. Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_kstatfs. */
final class StatfsOutLayout {
  static final int SIZE = 80; // bytes

  static final int BLOCKS_AT = 0; // u64, of FRAGMENT_SIZE bytes
  static final int FREE_AT = 8; // u64
  static final int AVAILABLE_AT = 16; // u64
  static final int FILES_AT = 24; // u64
  static final int FILES_FREE_AT = 32; // u64
  static final int BLOCK_SIZE_AT = 40; // u32, bytes
  static final int NAME_LENGTH_AT = 44; // u32, bytes
  static final int FRAGMENT_SIZE_AT = 48; // u32, bytes

  private StatfsOutLayout() {}
}
