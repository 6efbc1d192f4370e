package dev.jcomposefs.format.descriptor;

/**
 * Xattr chunk, little-endian: the count, the elements, then for each element its key and its value.
 * Source: composefs {@code kernel/cfs.h}, struct cfs_xattr_header and cfs_xattr_element.
 */
final class XattrLayout {
  static final int COUNT_AT = 0; // u16, elements
  static final int ELEMENTS_AT = 2; // bytes from start of chunk
  static final int ELEMENT_SIZE = 4; // bytes
  static final int SIZE_MIN = ELEMENTS_AT + ELEMENT_SIZE + 1; // bytes of a chunk
  static final int COUNT_MAX = 0xffff; // elements
  static final int KEY_MAX = 255; // bytes

  static final int KEY_LENGTH_AT = 0; // u16, bytes
  static final int VALUE_LENGTH_AT = 2; // u16, bytes

  private XattrLayout() {}
}
