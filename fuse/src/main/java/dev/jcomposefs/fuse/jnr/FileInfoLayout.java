package dev.jcomposefs.fuse.jnr;

/**
 * struct fuse_file_info of libfuse 2.9, {@code include/fuse_common.h}; the same on every 64-bit
 * architecture.
 */
final class FileInfoLayout {
  static final int SIZE = 40; // bytes
  static final int FLAGS_AT = 0; // s32, the flags of open(2)
  static final int FH_AT = 24; // u64, ours

  /** The bits of the flags that say read or write, O_ACCMODE; 0 is read only. */
  static final int ACCESS_MODE = 03;

  private FileInfoLayout() {}
}
