package dev.jcomposefs.fuse.dev;

/**
 * Arguments of OPEN and OPENDIR. Source: Linux {@code include/uapi/linux/fuse.h}, struct
 * fuse_open_in.
 */
final class OpenInLayout {
  static final int SIZE = 8; // bytes

  static final int FLAGS_AT = 0; // u32, of open(2), as the architecture numbers them
  static final int OPEN_FLAGS_AT = 4; // u32

  private OpenInLayout() {}
}
