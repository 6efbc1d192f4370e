package dev.jcomposefs.fuse.dev;

/**
 * What the kernel offers; kernels before 5.17 send the first 16 bytes only. Source: Linux {@code
 * include/uapi/linux/fuse.h}, struct fuse_init_in.
 */
final class InitInLayout {
  static final int SIZE = 64; // bytes

  static final int MAJOR_AT = 0; // u32, 7
  static final int MINOR_AT = 4; // u32
  static final int MAX_READAHEAD_AT = 8; // u32, bytes
  static final int FLAGS_AT = 12; // u32, bits 0 to 31 of InitFlags
  static final int FLAGS2_AT = 16; // u32, bits 32 to 63, if bit 30 is set

  static final int UNTIL_FLAGS2 = 16; // bytes that every kernel sends

  private InitInLayout() {}
}
