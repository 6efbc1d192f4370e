package dev.jcomposefs.fuse.dev;

/**
 * What every request starts with. Source: Linux {@code include/uapi/linux/fuse.h}, struct
 * fuse_in_header.
 */
final class InHeaderLayout {
  static final int SIZE = 40; // bytes

  static final int LENGTH_AT = 0; // u32, bytes of the whole request
  static final int OPCODE_AT = 4; // u32
  static final int UNIQUE_AT = 8; // u64, bit 0: an INTERRUPT, bit 63: sent again
  static final int NODE_AT = 16; // u64, 0 where the request is about no node
  static final int UID_AT = 24; // u32, of the caller; all ones on a mount that maps ids
  static final int GID_AT = 28; // u32
  static final int PID_AT = 32; // u32, thread id of the caller, 0 if it is not to be seen
  static final int EXTENSIONS_AT = 36; // u16, 8-byte units; 0 in what a read-only mount is asked

  private InHeaderLayout() {}
}
