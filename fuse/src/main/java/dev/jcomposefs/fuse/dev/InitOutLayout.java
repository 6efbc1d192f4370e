package dev.jcomposefs.fuse.dev;

/**
 * What the server takes of it. Source: Linux {@code include/uapi/linux/fuse.h}, struct
 * fuse_init_out.
 */
final class InitOutLayout {
  static final int SIZE = 64; // bytes

  static final int MAJOR_AT = 0; // u32, 7
  static final int MINOR_AT = 4; // u32, the smaller of the two sides'
  static final int MAX_READAHEAD_AT = 8; // u32, bytes; can only lower the kernel's
  static final int FLAGS_AT = 12; // u32
  static final int MAX_BACKGROUND_AT = 16; // u16, requests in flight that nobody waits for
  static final int CONGESTION_THRESHOLD_AT =
      18; // u16, requests; above it the kernel reads nothing ahead
  static final int MAX_WRITE_AT =
      20; // u32, bytes, at least 4096; also sets the smallest receive buffer
  static final int TIME_GRANULARITY_AT = 24; // u32, nanoseconds
  static final int MAX_PAGES_AT = 28; // u16, pages of the largest READ or READDIR
  static final int MAP_ALIGNMENT_AT = 30; // u16, 0
  static final int FLAGS2_AT = 32; // u32, ignored unless bit 30 of the flags is set
  static final int MAX_STACK_DEPTH_AT = 36; // u32, 1 with PASSTHROUGH
  static final int REQUEST_TIMEOUT_AT = 40; // u16, seconds, 0 for none

  private InitOutLayout() {}
}
