package dev.jcomposefs.cache.store;

import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What it takes to pass a file through memory, lent to one thread at a time: there are as many as
 * threads have copied at the same time. Thread-safe.
 */
final class CopyBuffers implements AutoCloseable {
  /** Bytes of a buffer: it fits into the second cache, and nearly every file fits into it. */
  static final int SIZE = 128 << 10;

  /**
   * @param bytes native memory
   * @param hasher between two files
   */
  record CopyBuffer(MemorySegment bytes, VerityHasher hasher) {}

  private final HashAlgorithm algorithm;
  private final Arena arena = Arena.ofShared();
  private final ConcurrentLinkedQueue<CopyBuffer> idle = new ConcurrentLinkedQueue<>();

  CopyBuffers(HashAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  /** One that nobody else has until it is given back. */
  CopyBuffer take() {
    CopyBuffer buffer = idle.poll();
    return buffer != null
        ? buffer
        : new CopyBuffer(arena.allocate(SIZE), new VerityHasher(algorithm));
  }

  void giveBack(CopyBuffer buffer) {
    idle.add(buffer);
  }

  /** Frees them all; none may be lent out. */
  @Override
  public void close() {
    arena.close();
  }
}
