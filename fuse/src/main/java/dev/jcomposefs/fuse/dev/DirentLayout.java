package dev.jcomposefs.fuse.dev;

/**
 * One record of READDIR without its name, which follows and is padded with zeros to 8 bytes.
 * Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_dirent.
 */
final class DirentLayout {
  static final int SIZE = 24; // bytes

  static final int INO_AT = 0; // u64
  static final int OFFSET_AT = 8; // u64, cookie of the next record
  static final int NAME_LENGTH_AT = 16; // u32, bytes
  static final int TYPE_AT = 20; // u32, a DT_ number

  private DirentLayout() {}
}
