package dev.jcomposefs.format.descriptor;

/**
 * Reference to variable data, little-endian. Source: composefs {@code kernel/cfs.h}, struct
 * cfs_vdata.
 */
final class ReferenceLayout {
  static final int SIZE = 12; // bytes

  static final int OFFSET_AT = 0; // u64, bytes from start of the variable data
  static final int LENGTH_AT = 8; // u32, bytes; 0 for nothing

  private ReferenceLayout() {}
}
