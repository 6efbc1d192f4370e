package dev.jcomposefs.format.descriptor;

/**
 * Directory chunk, little-endian: the count, the entries in bytewise order of their names, the
 * names. Source: composefs {@code kernel/cfs.h}, struct cfs_dir_header and cfs_dirent.
 */
final class DirectoryLayout {
  static final int COUNT_AT = 0; // u32, entries
  static final int ENTRIES_AT = 4; // bytes from start of chunk
  static final int ENTRY_SIZE = 12; // bytes
  static final int SIZE_MIN = ENTRIES_AT + ENTRY_SIZE + 1; // bytes of a chunk
  static final int NAME_MAX = 255; // bytes

  static final int INDEX_AT = 0; // u32, of the inode
  static final int NAME_OFFSET_AT = 4; // u32, bytes from where the entries end
  static final int NAME_LENGTH_AT = 8; // u8, bytes
  static final int TYPE_AT = 9; // u8, DT_*
  static final int PADDING_AT = 10; // u16

  private DirectoryLayout() {}
}
