package dev.jcomposefs.format.erofs;

/**
 * Extended attributes of an inode, little-endian: a header, the ids of shared entries, then entries
 * of the inode's own. A shared entry has the same form and stands in a table. Source: Linux {@code
 * fs/erofs/erofs_fs.h}, struct erofs_xattr_ibody_header and erofs_xattr_entry.
 */
final class XattrLayout {
  static final int HEADER_SIZE = 12; // bytes
  static final int FILTER_AT = 0; // u32, see XattrFilter
  static final int SHARED_COUNT_AT = 4; // u8
  static final int RESERVED_AT = 5; // 7 bytes, 0

  static final int ALIGNMENT = 4; // bytes; every part starts on a multiple of it
  static final int SHARED_ID_SIZE =
      4; // bytes: u32, counted in ALIGNMENT from SuperblockLayout.XATTR_BLOCK_AT

  static final int ENTRY_SIZE = 4; // bytes, before suffix and value
  static final int NAME_LENGTH_AT = 0; // u8, bytes of the suffix
  static final int PREFIX_AT = 1; // u8, see XattrPrefix
  static final int VALUE_LENGTH_AT = 2; // u16, bytes
  static final int SUFFIX_AT = 4; // then the value, then zeros up to ALIGNMENT

  private XattrLayout() {}

  /**
   * Bytes of the area of an inode, 0 when it has none.
   *
   * @param count what {@link InodeLayout#XATTR_COUNT_AT} holds
   */
  static int areaSize(int count) {
    return count == 0 ? 0 : HEADER_SIZE + ALIGNMENT * (count - 1);
  }

  /** What {@link InodeLayout#XATTR_COUNT_AT} holds for an area of that many bytes. */
  static int areaCount(int size) {
    return size == 0 ? 0 : (size - HEADER_SIZE) / ALIGNMENT + 1;
  }

  /** Bytes of an entry with the zeros behind it. */
  static int entrySize(int nameLength, int valueLength) {
    return (ENTRY_SIZE + nameLength + valueLength + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
