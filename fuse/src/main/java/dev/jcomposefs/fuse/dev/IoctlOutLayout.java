package dev.jcomposefs.fuse.dev;

/**
 * Reply to IOCTL; at most OUT_SIZE bytes follow. Source: Linux {@code include/uapi/linux/fuse.h},
 * struct fuse_ioctl_out.
 */
final class IoctlOutLayout {
  static final int SIZE = 16; // bytes

  static final int RESULT_AT = 0; // s32, what ioctl(2) returns
  static final int FLAGS_AT = 4; // u32
  static final int IN_IOVS_AT = 8; // u32
  static final int OUT_IOVS_AT = 12; // u32

  private IoctlOutLayout() {}
}
