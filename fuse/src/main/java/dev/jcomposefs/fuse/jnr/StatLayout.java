package dev.jcomposefs.fuse.jnr;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.lang.foreign.MemorySegment;

/**
 * struct stat of the C library, of which libfuse makes the kernel's attributes. The architectures
 * differ in the order of mode and link count and in the widths of the latter and of the block size.
 *
 * <p>Source: glibc {@code bits/struct_stat.h}; Linux {@code asm/stat.h}.
 */
enum StatLayout {
  X86_64(144, 24, 16, 8, 28, 32, 40, 8),
  AARCH64(128, 16, 20, 4, 24, 28, 32, 4);

  static final int INODE_AT = 8; // u64
  static final int SIZE_AT = 48; // s64, bytes
  static final int BLOCK_SIZE_AT = 56; // s64 or s32, bytes
  static final int BLOCKS_AT = 64; // s64, 512 bytes each
  static final int ACCESSED_AT = 72; // s64 seconds, s64 nanoseconds
  static final int MODIFIED_AT = 88; // s64 seconds, s64 nanoseconds
  static final int CHANGED_AT = 104; // s64 seconds, s64 nanoseconds

  /** The kernel's own bound; more would only be cut by it. */
  private static final int MAX_NANOS = 999_999_999;

  final int size; // bytes of the whole
  final int modeAt; // u32
  final int linksAt; // u64 or u32
  final int linksWidth; // bytes
  final int ownerAt; // u32
  final int groupAt; // u32
  final int deviceAt; // u64
  final int blockSizeWidth; // bytes

  StatLayout(
      int size,
      int modeAt,
      int linksAt,
      int linksWidth,
      int ownerAt,
      int groupAt,
      int deviceAt,
      int blockSizeWidth) {
    this.size = size;
    this.modeAt = modeAt;
    this.linksAt = linksAt;
    this.linksWidth = linksWidth;
    this.ownerAt = ownerAt;
    this.groupAt = groupAt;
    this.deviceAt = deviceAt;
    this.blockSizeWidth = blockSizeWidth;
  }

  /**
   * The layout on an architecture.
   *
   * @param name as the system property {@code os.arch} has it
   */
  static StatLayout of(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "architecture is %s, expected x86-64 or aarch64".formatted(name));
    };
  }

  /**
   * Writes all of a struct stat.
   *
   * @param node what st_ino becomes
   * @param into where, from {@code at} on
   */
  void write(long node, Inode inode, MemorySegment into, long at) {
    into.asSlice(at, size).fill((byte) 0);
    into.set(JAVA_LONG_UNALIGNED, at + INODE_AT, node);
    into.set(JAVA_INT_UNALIGNED, at + modeAt, inode.mode());
    word(into, at + linksAt, linksWidth, Integer.toUnsignedLong(inode.nlink()));
    into.set(JAVA_INT_UNALIGNED, at + ownerAt, inode.uid());
    into.set(JAVA_INT_UNALIGNED, at + groupAt, inode.gid());
    // The C library's 64-bit device number has the kernel's 32-bit one as its lower half.
    into.set(JAVA_LONG_UNALIGNED, at + deviceAt, Integer.toUnsignedLong(inode.rdev()));
    into.set(JAVA_LONG_UNALIGNED, at + SIZE_AT, inode.size());
    word(into, at + BLOCK_SIZE_AT, blockSizeWidth, ImageFileSystem.BLOCK_SIZE);
    into.set(JAVA_LONG_UNALIGNED, at + BLOCKS_AT, ImageFileSystem.blocks(inode));
    time(into, at + ACCESSED_AT, inode);
    time(into, at + MODIFIED_AT, inode);
    time(into, at + CHANGED_AT, inode);
  }

  /** Writes only what a directory entry needs, into memory that is otherwise zero. */
  void writeEntry(long node, int typeBits, MemorySegment into) {
    into.set(JAVA_LONG_UNALIGNED, INODE_AT, node);
    into.set(JAVA_INT_UNALIGNED, modeAt, typeBits);
  }

  private static void word(MemorySegment into, long at, int width, long value) {
    if (width == 8) {
      into.set(JAVA_LONG_UNALIGNED, at, value);
    } else {
      into.set(JAVA_INT_UNALIGNED, at, (int) value);
    }
  }

  private static void time(MemorySegment into, long at, Inode inode) {
    into.set(JAVA_LONG_UNALIGNED, at, inode.mtimeSeconds());
    long nanos = Integer.toUnsignedLong(inode.mtimeNanos());
    into.set(JAVA_LONG_UNALIGNED, at + 8, Math.min(nanos, MAX_NANOS));
  }
}
