package dev.jcomposefs.fuse.dev;

/** Reply to OPEN. Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_open_out. */
final class OpenOutLayout {
  static final int SIZE = 16; // bytes

  static final int HANDLE_AT = 0; // u64
  static final int OPEN_FLAGS_AT = 8; // u32, FOPEN_ bits
  static final int BACKING_ID_AT = 12; // s32, with FOPEN_PASSTHROUGH

  private OpenOutLayout() {}
}
