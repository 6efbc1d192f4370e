package dev.jcomposefs.fuse.dev;

/**
 * Arguments of IOCTL; IN_SIZE bytes follow. Source: Linux {@code include/uapi/linux/fuse.h}, struct
 * fuse_ioctl_in.
 */
final class IoctlInLayout {
  static final int SIZE = 32; // bytes

  static final int HANDLE_AT = 0; // u64
  static final int FLAGS_AT = 8; // u32
  static final int COMMAND_AT = 12; // u32
  static final int ARGUMENT_AT = 16; // u64
  static final int IN_SIZE_AT = 24; // u32, bytes
  static final int OUT_SIZE_AT = 28; // u32, bytes

  private IoctlInLayout() {}
}
