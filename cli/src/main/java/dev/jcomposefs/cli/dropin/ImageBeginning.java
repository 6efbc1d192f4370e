package dev.jcomposefs.cli.dropin;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the beginning of a file makes of it, for a program that says no more than that. Source:
 * composefs {@code libcomposefs/lcfs-erofs.h}, Linux {@code fs/erofs/erofs_fs.h}.
 */
enum ImageBeginning {
  TOO_SMALL,
  NO_COMPOSEFS,
  NO_EROFS,
  IMAGE;

  private static final ValueLayout.OfInt WORD =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int SMALLEST = 4096; // bytes, one block
  private static final int COMPOSEFS_MAGIC = 0xd078629a; // at the start
  private static final int DESCRIPTOR_AT = 4; // bytes from the start
  private static final int DESCRIPTOR_MAGIC = 0xc078629a; // of January 2023
  private static final int EROFS_AT = 1024; // bytes from the start
  private static final int EROFS_MAGIC = 0xe0f5e1e2;

  static ImageBeginning read(Fd file, String path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SMALLEST);
      long length = LinuxFiles.readFully(file, bytes, 0, path);
      return of(bytes.asSlice(0, length));
    }
  }

  /**
   * @param bytes of the file, all of them or the first 4096
   */
  static ImageBeginning of(MemorySegment bytes) {
    if (bytes.byteSize() >= DESCRIPTOR_AT + WORD.byteSize()
        && bytes.get(WORD, DESCRIPTOR_AT) == DESCRIPTOR_MAGIC) {
      return IMAGE;
    }
    if (bytes.byteSize() < SMALLEST) {
      return TOO_SMALL;
    }
    if (bytes.get(WORD, 0) != COMPOSEFS_MAGIC) {
      return NO_COMPOSEFS;
    }
    return bytes.get(WORD, EROFS_AT) == EROFS_MAGIC ? IMAGE : NO_EROFS;
  }
}
