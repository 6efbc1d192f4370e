package dev.jcomposefs.format.erofs;

/**
 * EROFS superblock, little-endian. Source: Linux {@code fs/erofs/erofs_fs.h}, struct
 * erofs_super_block.
 */
final class SuperblockLayout {
  static final long AT = 1024; // bytes from start of image
  static final int SIZE = 128; // bytes
  static final int MAGIC = 0xe0f5e1e2;
  static final int BLOCK_BITS = 12; // the only value composefs has
  static final int BLOCK_SIZE = 1 << BLOCK_BITS; // bytes
  static final long INODES_AT = AT + SIZE; // where the first inode may stand

  static final int COMPAT_CHECKSUM = 0x1; // feature_compat: CHECKSUM_AT is filled
  static final int COMPAT_MTIME = 0x2; // feature_compat: times are mtimes
  static final int COMPAT_XATTR_FILTER = 0x4; // feature_compat: xattr areas have a name filter
  static final int INCOMPAT_CHUNKED_FILE = 0x4; // feature_incompat: need not be set

  static final int MAGIC_AT = 0; // u32
  static final int CHECKSUM_AT = 4; // u32, CRC-32C
  static final int FEATURE_COMPAT_AT = 8; // u32, COMPAT_*
  static final int BLOCK_BITS_AT = 12; // u8, log2(block size in bytes)
  static final int EXTENSION_SLOTS_AT = 13; // u8, 16-byte units
  static final int ROOT_NID_AT = 14; // u16, inode slot
  static final int INODES_COUNT_AT = 16; // u64
  static final int BUILD_TIME_AT = 24; // s64, seconds since 1970
  static final int BUILD_TIME_NANOS_AT = 32; // u32, nanoseconds
  static final int BLOCKS_AT = 36; // u32, blocks of the whole image
  static final int META_BLOCK_AT = 40; // u32, block number that inode slots count from
  static final int XATTR_BLOCK_AT = 44; // u32, block number that shared xattr ids count from
  static final int UUID_AT = 48; // 16 bytes
  static final int VOLUME_NAME_AT = 64; // 16 bytes
  static final int FEATURE_INCOMPAT_AT = 80; // u32, INCOMPAT_*
  static final int COMPRESSION_ALGORITHMS_AT = 84; // u16, bit mask
  static final int EXTRA_DEVICES_AT = 86; // u16, count
  static final int DEVICE_TABLE_SLOT_AT = 88; // u16, 128-byte units
  static final int DIRECTORY_BLOCK_BITS_AT = 90; // u8, log2(blocks of a directory block)
  static final int XATTR_PREFIX_COUNT_AT = 91; // u8, long xattr name prefixes
  static final int XATTR_PREFIX_START_AT = 92; // u32, 4-byte units
  static final int PACKED_NID_AT = 96; // u64, inode slot
  static final int XATTR_FILTER_RESERVED_AT = 104; // u8, other than 0: ignore the name filters
  static final int RESERVED_AT = 105; // 23 bytes

  private SuperblockLayout() {}
}
