package dev.jcomposefs.fuse.dev;

/** Arguments of LSEEK. Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_lseek_in. */
final class LseekInLayout {
  static final int SIZE = 24; // bytes

  static final int HANDLE_AT = 0; // u64
  static final int OFFSET_AT = 8; // u64, bytes
  static final int WHENCE_AT = 16; // u32, SEEK_DATA or SEEK_HOLE

  private LseekInLayout() {}
}
