package dev.jcomposefs.fuse.dev;

/**
 * The attributes of an inode. Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_attr.
 */
final class AttrLayout {
  static final int SIZE = 88; // bytes

  static final int INO_AT = 0; // u64, st_ino
  static final int SIZE_AT = 8; // u64, bytes, at most 2^63-1
  static final int BLOCKS_AT = 16; // u64, 512-byte units
  static final int ATIME_AT = 24; // s64, seconds
  static final int MTIME_AT = 32; // s64, seconds
  static final int CTIME_AT = 40; // s64, seconds
  static final int ATIME_NANOS_AT = 48; // u32, below 10^9
  static final int MTIME_NANOS_AT = 52; // u32
  static final int CTIME_NANOS_AT = 56; // u32
  static final int MODE_AT = 60; // u32, type and permissions
  static final int NLINK_AT = 64; // u32
  static final int UID_AT = 68; // u32
  static final int GID_AT = 72; // u32
  static final int RDEV_AT = 76; // u32, Linux's 32-bit encoding
  static final int BLOCK_SIZE_AT = 80; // u32, bytes
  static final int FLAGS_AT = 84; // u32, 0

  private AttrLayout() {}
}
