package dev.jcomposefs.format.verity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that several threads hash together: one calls {@link #finish}, any number of
 * others {@link #help}.
 *
 * <p>It is cut into ranges that hold the data for one block of leaf hashes each, so that ranges
 * need nothing of each other. Threads take range after range until none is left. When {@code
 * finish} returns or throws, no thread uses the source any more and none will: the file may be
 * closed then. A helper that comes later does nothing.
 */
final class Span {
  /** Enough for all threads to have something to do, few enough to keep their results small. */
  private static final int MAX_RANGES = 128;

  /** Few enough to stay in the second cache, enough to be worth a system call. */
  private static final int READ_SIZE = 32 * BlockHasher.BLOCK_SIZE;

  /**
   * What became of a range.
   *
   * @param leaves the hashes of its blocks
   * @param hash what stands for the range on the next level of the tree: the hash of the block of
   *     hashes that {@code leaves} are, or the only leaf of a file of one block
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Range(byte[] leaves, byte[] hash) {}

  private final HashAlgorithm algorithm;
  private final BlockSource source;
  private final long start;
  private final long end;
  private final int rangeSize; // bytes of the file
  private final @Nullable Range[] ranges;
  private final AtomicInteger next = new AtomicInteger();

  @GuardedBy("this")
  private int working;

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  /**
   * @param start where it starts, on a multiple of the size of a span
   * @param fileSize where the file ends, behind the start
   */
  Span(HashAlgorithm algorithm, BlockSource source, long start, long fileSize) {
    this.algorithm = algorithm;
    this.source = source;
    this.start = start;
    this.rangeSize = BlockHasher.BLOCK_SIZE / algorithm.digestSize() * BlockHasher.BLOCK_SIZE;
    long length = Math.min(fileSize - start, (long) MAX_RANGES * rangeSize);
    this.end = start + length;
    this.ranges = new @Nullable Range[(int) ((length + rangeSize - 1) / rangeSize)];
  }

  /** Where the next span starts, if the file goes on. */
  long end() {
    return end;
  }

  int rangeCount() {
    return ranges.length;
  }

  /** Every range in the order of the file; to be asked after {@link #finish}. */
  List<Range> ranges() {
    return Arrays.stream(ranges).map(Objects::requireNonNull).toList();
  }

  /** Takes part until no range is left, if the span is not finished yet. */
  void help() {
    synchronized (this) {
      if (closed) {
        return;
      }
      working++;
    }
    try {
      work();
    } finally {
      synchronized (this) {
        working--;
        notifyAll();
      }
    }
  }

  /**
   * Takes part until no range is left, then waits for the others.
   *
   * @throws FileChangedException if the file ends before it should
   * @throws IOException what the source threw first, in whichever thread
   */
  void finish() throws IOException {
    work();
    switch (closeAndAwaitHelpers()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError("a source threw a checked exception", e);
    }
  }

  private synchronized @Nullable Throwable closeAndAwaitHelpers() {
    closed = true;
    boolean interrupted = false;
    while (working > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        // They use a source that the caller is about to close: waiting for them is not optional.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }

  private void work() {
    try {
      BlockHasher hasher = new BlockHasher(algorithm);
      byte[] buffer = new byte[(int) Math.min(READ_SIZE, end - start)];
      int index;
      while ((index = next.getAndIncrement()) < ranges.length) {
        ranges[index] = hash(hasher, start + (long) index * rangeSize, buffer);
      }
    } catch (Throwable e) {
      next.set(ranges.length);
      fail(e);
    }
  }

  private synchronized void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
  }

  private Range hash(BlockHasher hasher, long from, byte[] buffer) throws IOException {
    int length = (int) Math.min(rangeSize, end - from);
    int blocks = (length + BlockHasher.BLOCK_SIZE - 1) / BlockHasher.BLOCK_SIZE;
    byte[] leaves = new byte[blocks * algorithm.digestSize()];
    int at = 0;
    for (int done = 0; done < length; ) {
      int part = Math.min(buffer.length, length - done);
      read(from + done, buffer, part);
      at = hasher.hashAll(buffer, part, leaves, at);
      done += part;
    }
    if (from == 0 && blocks == 1) {
      return new Range(leaves, leaves);
    }
    byte[] hash = new byte[algorithm.digestSize()];
    hasher.hash(leaves, 0, leaves.length, hash, 0);
    return new Range(leaves, hash);
  }

  private void read(long position, byte[] into, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int read = source.read(position + done, into, done, length - done);
      if (read <= 0) {
        throw shrunk(position + done);
      }
      done += read;
    }
  }

  static FileChangedException shrunk(long end) {
    return new FileChangedException(
        "file shrank while it was measured: found its end at %d, expected more".formatted(end));
  }
}
