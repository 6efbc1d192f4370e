package dev.jcomposefs.cache.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.store.CopyBuffers.CopyBuffer;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.BlockSource;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that is copied by being read: what is hashed is what was written, and it passes through
 * the caches once. Holes are not written. Every byte has to be read exactly once, in any order and
 * by any number of threads.
 */
final class CopyingSource implements BlockSource {
  private final Fd from;
  private final Fd to;
  private final long size;
  private final boolean sparse;
  private final CopyBuffers buffers;
  private final Path store;

  /**
   * @param to an empty file, which has {@code size} bytes afterwards unless a hole is at its end
   * @param sparse whether the file has holes
   * @param store where the copy belongs to
   */
  CopyingSource(Fd from, Fd to, long size, boolean sparse, CopyBuffers buffers, Path store) {
    this.from = from;
    this.to = to;
    this.size = size;
    this.sparse = sparse;
    this.buffers = buffers;
    this.store = store;
  }

  /**
   * @throws StoreException if the copy cannot be written
   * @throws FsException if the source cannot be read, or ends before its size
   */
  @Override
  public int read(long position, byte[] into, int offset, int length) throws FsException {
    long wanted = Math.min(Math.min(length, CopyBuffers.SIZE), size - position);
    if (wanted <= 0) {
      return 0; // whether the source has grown is up to those who know what it was
    }
    if (sparse) {
      long data = LinuxFiles.nextData(from, position, size);
      if (data > position) {
        int zeros = (int) Math.min(wanted, data - position);
        Arrays.fill(into, offset, offset + zeros, (byte) 0);
        return zeros;
      }
      long hole = LinuxFiles.nextHole(from, position, size);
      if (hole > position) {
        wanted = Math.min(wanted, hole - position);
      }
    }
    CopyBuffer buffer = buffers.take();
    try {
      return copy(position, buffer.bytes().asSlice(0, wanted), into, offset);
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private int copy(long position, MemorySegment buffer, byte[] into, int offset)
      throws FsException {
    int n = (int) LinuxFiles.readFully(from, buffer, position, from);
    if (n == 0) {
      throw tooShort(position, size);
    }
    try {
      LinuxFiles.writeFully(to, buffer.asSlice(0, n), position, "temporary file");
    } catch (FsException e) {
      throw new StoreException(store, e);
    }
    MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, n);
    return n;
  }

  static FsException tooShort(long found, long expected) {
    return new FsException(
        Errno.EIO, "source: found %d bytes, expected %d".formatted(found, expected));
  }
}
