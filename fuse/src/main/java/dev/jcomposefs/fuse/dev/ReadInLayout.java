package dev.jcomposefs.fuse.dev;

/**
 * Arguments of READ, READDIR and READDIRPLUS. Source: Linux {@code include/uapi/linux/fuse.h},
 * struct fuse_read_in.
 */
final class ReadInLayout {
  static final int SIZE = 40; // bytes

  static final int HANDLE_AT = 0; // u64
  static final int OFFSET_AT = 8; // u64, bytes, or a cookie
  static final int SIZE_AT = 16; // u32, bytes
  static final int READ_FLAGS_AT = 20; // u32
  static final int LOCK_OWNER_AT = 24; // u64
  static final int FLAGS_AT = 32; // u32, of open(2)

  private ReadInLayout() {}
}
