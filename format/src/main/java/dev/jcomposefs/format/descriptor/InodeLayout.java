package dev.jcomposefs.format.descriptor;

/** Inode record, little-endian. Source: composefs {@code kernel/cfs.h}, struct cfs_inode_data. */
final class InodeLayout {
  static final long TABLE_AT = SuperblockLayout.SIZE; // bytes from start of image
  static final int SIZE = 96; // bytes

  static final int MODE_AT = 0; // u32, st_mode in the low 16 bits
  static final int NLINK_AT = 4; // u32
  static final int UID_AT = 8; // u32
  static final int GID_AT = 12; // u32
  static final int RDEV_AT = 16; // u32, as user space numbers devices
  static final int FILE_SIZE_AT = 20; // u64, bytes
  static final int MTIME_AT = 28; // s64, seconds since 1970
  static final int MTIME_NANOS_AT = 36; // u32, nanoseconds
  static final int CTIME_AT = 40; // s64, seconds since 1970
  static final int CTIME_NANOS_AT = 48; // u32, nanoseconds
  static final int VARIABLE_DATA_AT = 52; // reference: directory chunk or payload
  static final int XATTRS_AT = 64; // reference: xattr chunk
  static final int DIGEST_AT = 76; // reference: fs-verity digest of the backing file
  static final int UNUSED_AT = 88; // 8 bytes, left uninitialised by the first tools: ignored

  private InodeLayout() {}
}
