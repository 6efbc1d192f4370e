package dev.jcomposefs.fuse.dev;

/**
 * Reply to GETXATTR and LISTXATTR that asked how many bytes are needed. Source: Linux {@code
 * include/uapi/linux/fuse.h}, struct fuse_getxattr_out.
 */
final class XattrOutLayout {
  static final int SIZE = 8; // bytes

  static final int SIZE_AT = 0; // u32, bytes

  private XattrOutLayout() {}
}
