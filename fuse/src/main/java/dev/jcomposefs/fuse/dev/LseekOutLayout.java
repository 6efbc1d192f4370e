package dev.jcomposefs.fuse.dev;

/** Reply to LSEEK. Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_lseek_out. */
final class LseekOutLayout {
  static final int SIZE = 8; // bytes

  static final int OFFSET_AT = 0; // u64, bytes

  private LseekOutLayout() {}
}
