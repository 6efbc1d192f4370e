package dev.jcomposefs.cache.store;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Copies the content of a file into an empty one in the cheapest way that the systems allow. */
enum ContentCopy {
  /** Shares the extents; where that cannot be, the next. */
  CLONE,

  /** Copies within the kernel; where that cannot be, the next. */
  RANGE,

  /** Reads and writes. */
  STREAM;

  private static final int BUFFER = 256 << 10;

  /**
   * @param size bytes to copy; fewer arrive if the source ends earlier
   * @param store where the copy belongs to
   * @throws StoreException if the copy cannot be written
   * @throws FsException if the source cannot be read
   */
  void copy(Fd from, Fd to, long size, Path store) throws FsException {
    if (this == CLONE && LinuxFiles.cloneContent(from, to) == 0) {
      return;
    }
    long done = this == STREAM ? 0 : copyRanges(from, to, size);
    stream(from, to, done, size, store);
  }

  /**
   * Stops at whatever goes wrong, also at a count of 0, which some file systems answer everything
   * with: streaming goes on from there, and meets the reason again if it is a real one.
   */
  private static long copyRanges(Fd from, Fd to, long size) {
    long done = 0;
    while (done < size) {
      long n = LinuxFiles.copyRange(from, to, done, size - done);
      if (n <= 0) {
        break;
      }
      done += n;
    }
    return done;
  }

  private static void stream(Fd from, Fd to, long start, long size, Path store) throws FsException {
    if (start == size) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(BUFFER, size - start));
      long done = start;
      while (done < size) {
        MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), size - done));
        long n = LinuxFiles.readFully(from, part, done, from);
        if (n == 0) {
          return;
        }
        try {
          LinuxFiles.writeFully(to, part.asSlice(0, n), done, "temporary file");
        } catch (FsException e) {
          throw new StoreException(store, e);
        }
        done += n;
      }
    }
  }
}
