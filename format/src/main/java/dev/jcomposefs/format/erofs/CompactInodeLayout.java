package dev.jcomposefs.format.erofs;

/**
 * Compact inode, little-endian; its mtime is the superblock's build time. {@link InodeLayout} has
 * the fields that are not here. Source: Linux {@code fs/erofs/erofs_fs.h}, struct
 * erofs_inode_compact.
 */
final class CompactInodeLayout {
  static final int SIZE = 32; // bytes

  static final int NLINK_AT = 6; // u16
  static final int SIZE_AT = 8; // u32, bytes
  static final int RESERVED_AT = 12; // u32, 0
  static final int UID_AT = 24; // u16
  static final int GID_AT = 26; // u16
  static final int RESERVED_2_AT = 28; // u32, 0

  private CompactInodeLayout() {}
}
