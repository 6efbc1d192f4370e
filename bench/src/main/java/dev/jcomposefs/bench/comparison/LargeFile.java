package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/** Reads of a large file that no ordinary program makes in just this way. */
final class LargeFile {
  private static final int BLOCK = 4096;

  private LargeFile() {}

  /** Blocks in an order that no read-ahead can guess, but always the same one. */
  static Duration randomReads(Path file, int count) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    Random random = new Random(2);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long blocks = channel.size() / BLOCK;
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        block.clear();
        if (channel.read(block, random.nextLong(blocks) * BLOCK) != BLOCK) {
          throw new IOException(file + ": short read");
        }
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  /** One byte of each page of a new mapping. */
  static Duration mapped(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long start = System.nanoTime();
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long sum = 0;
      for (long at = 0; at < bytes.byteSize(); at += BLOCK) {
        sum += bytes.get(ValueLayout.JAVA_BYTE, at);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (sum == 0) {
        throw new IOException(file + ": found nothing but zeros");
      }
      return took;
    }
  }
}
