package dev.jcomposefs.fuse.jnr;

/** struct statvfs of 64-bit glibc and musl, {@code sys/statvfs.h}; libfuse clears it before. */
final class StatvfsLayout {
  static final int SIZE = 112; // bytes
  static final int BLOCK_SIZE_AT = 0; // u64, bytes
  static final int FRAGMENT_SIZE_AT = 8; // u64, bytes
  static final int BLOCKS_AT = 16; // u64, fragments
  static final int FILES_AT = 40; // u64, inodes
  static final int NAME_MAX_AT = 80; // u64, bytes

  private StatvfsLayout() {}
}
