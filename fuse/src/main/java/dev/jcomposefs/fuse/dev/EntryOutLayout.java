package dev.jcomposefs.fuse.dev;

/**
 * Reply to LOOKUP, and the first part of a record of READDIRPLUS. Source: Linux {@code
 * include/uapi/linux/fuse.h}, struct fuse_entry_out.
 */
final class EntryOutLayout {
  static final int SIZE = 128; // bytes

  static final int NODE_AT = 0; // u64, 0: there is no such name
  static final int GENERATION_AT = 8; // u64
  static final int ENTRY_VALID_AT = 16; // u64, seconds that the kernel may keep the name
  static final int ATTR_VALID_AT = 24; // u64, seconds that it may keep the attributes
  static final int ENTRY_VALID_NANOS_AT = 32; // u32
  static final int ATTR_VALID_NANOS_AT = 36; // u32
  static final int ATTR_AT = 40; // struct fuse_attr

  private EntryOutLayout() {}
}
