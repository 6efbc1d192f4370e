package dev.jcomposefs.format.erofs;

/**
 * Extended inode, little-endian. {@link InodeLayout} has the fields that are not here. Source:
 * Linux {@code fs/erofs/erofs_fs.h}, struct erofs_inode_extended.
 */
final class ExtendedInodeLayout {
  static final int SIZE = 64; // bytes

  static final int RESERVED_AT = 6; // u16, 0
  static final int SIZE_AT = 8; // u64, bytes
  static final int UID_AT = 24; // u32
  static final int GID_AT = 28; // u32
  static final int MTIME_AT = 32; // s64, seconds since 1970
  static final int MTIME_NANOS_AT = 40; // u32, nanoseconds
  static final int NLINK_AT = 44; // u32
  static final int RESERVED_2_AT = 48; // 16 bytes, 0

  private ExtendedInodeLayout() {}
}
