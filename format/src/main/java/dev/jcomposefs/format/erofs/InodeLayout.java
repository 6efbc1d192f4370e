package dev.jcomposefs.format.erofs;

/**
 * What compact and extended inodes have in common, little-endian. An inode stands on a slot; its
 * xattrs and then its inline tail follow the header directly. Source: Linux {@code
 * fs/erofs/erofs_fs.h}, EROFS_I_* and EROFS_INODE_*.
 */
final class InodeLayout {
  static final int SLOT_BITS = 5;
  static final int SLOT_SIZE = 1 << SLOT_BITS; // bytes; inode ids count slots

  static final int FORMAT_AT = 0; // u16: bit 0 FORMAT_EXTENDED, bits 1-3 data layout, others 0
  static final int XATTR_COUNT_AT = 2; // u16, see XattrLayout.areaSize
  static final int MODE_AT = 4; // u16, st_mode
  static final int DATA_AT = 16; // u32: first data block | chunk format | rdev
  static final int INO_AT = 20; // u32, stat number of 32-bit programs

  static final int FORMAT_EXTENDED = 1;
  static final int FORMAT_MASK = 0xf; // the defined bits
  static final int DATA_LAYOUT_SHIFT = 1;

  static final int FLAT_PLAIN = 0; // data layout: whole blocks, the last one cut
  static final int FLAT_INLINE = 2; // data layout: whole blocks, then a tail behind the xattrs
  static final int CHUNK_BASED = 4; // data layout: in composefs, content outside of the image

  static final int CHUNK_BITS_MASK = 0x1f; // chunk format: log2(chunk size) - 12
  static final int CHUNK_NULL = -1; // chunk table entry: no block

  private InodeLayout() {}
}
