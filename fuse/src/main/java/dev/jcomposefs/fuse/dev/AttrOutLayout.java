package dev.jcomposefs.fuse.dev;

/** Reply to GETATTR. Source: Linux {@code include/uapi/linux/fuse.h}, struct fuse_attr_out. */
final class AttrOutLayout {
  static final int SIZE = 104; // bytes

  static final int VALID_AT = 0; // u64, seconds that the kernel may keep it
  static final int VALID_NANOS_AT = 8; // u32
  static final int ATTR_AT = 16; // struct fuse_attr

  private AttrOutLayout() {}
}
