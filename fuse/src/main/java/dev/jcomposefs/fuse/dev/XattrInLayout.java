package dev.jcomposefs.fuse.dev;

/**
 * Arguments of GETXATTR, which a name follows, and of LISTXATTR. Source: Linux {@code
 * include/uapi/linux/fuse.h}, struct fuse_getxattr_in.
 */
final class XattrInLayout {
  static final int SIZE = 8; // bytes

  static final int SIZE_AT = 0; // u32, bytes of room; 0 asks how many are needed

  private XattrInLayout() {}
}
