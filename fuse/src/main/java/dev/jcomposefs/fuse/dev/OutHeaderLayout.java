package dev.jcomposefs.fuse.dev;

/**
 * What every reply and every notification starts with. Source: Linux {@code
 * include/uapi/linux/fuse.h}, struct fuse_out_header.
 */
final class OutHeaderLayout {
  static final int SIZE = 16; // bytes

  static final int LENGTH_AT = 0; // u32, bytes of the whole reply
  static final int ERROR_AT = 4; // s32, 0 or a negative errno; the code of a notification
  static final int UNIQUE_AT = 8; // u64, the request's; 0 for a notification

  private OutHeaderLayout() {}
}
