package dev.jcomposefs.format.erofs;

/**
 * composefs header, little-endian, at the start of the image. Source: composefs {@code
 * libcomposefs/lcfs-erofs.h}, struct lcfs_erofs_header_s.
 */
final class HeaderLayout {
  static final long AT = 0; // bytes from start of image
  static final int SIZE = 32; // bytes
  static final int MAGIC = 0xd078629a;
  static final int VERSION = 1; // of the header, whatever the format version
  static final int FLAG_HAS_ACL = 1; // some inode has a POSIX ACL; never set in format version 2

  static final int MAGIC_AT = 0; // u32
  static final int VERSION_AT = 4; // u32
  static final int FLAGS_AT = 8; // u32, FLAG_*
  static final int FORMAT_VERSION_AT = 12; // u32, 0 to 2
  static final int UNUSED_AT = 16; // 16 bytes, 0

  private HeaderLayout() {}
}
