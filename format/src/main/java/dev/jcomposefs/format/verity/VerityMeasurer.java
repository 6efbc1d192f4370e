package dev.jcomposefs.format.verity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures files: several threads share the blocks of a large one, and several files can be
 * measured at the same time.
 *
 * <p>The thread that asks does its part of the work itself. The others that help it belong to this
 * object, are shared by all who ask, and end when there is nothing to do for a while; after {@link
 * #close} those who ask work alone. Thread-safe.
 *
 * <p>The memory in use does not depend on a file's size, but for the tree that is asked for, which
 * grows as the file is read: a wrong size costs nothing.
 */
public final class VerityMeasurer implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  /** Up to here a file is not worth a second thread, nor what it takes to share it. */
  private static final int SMALL = 512 << 10;

  private static final int READ_SIZE = 32 << 10;

  /**
   * What it takes to measure a small file.
   *
   * @param hasher between two files
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Worker(VerityHasher hasher, byte[] buffer) {}

  private final int threads;
  private final ThreadPoolExecutor helpers;

  /** As many as threads have measured at the same time, for each algorithm. */
  private final Map<HashAlgorithm, Queue<Worker>> idle =
      Map.of(
          HashAlgorithm.SHA256, new ConcurrentLinkedQueue<>(),
          HashAlgorithm.SHA512, new ConcurrentLinkedQueue<>());

  /**
   * @param threads how many may work on one file, the one that asks among them; at least 1
   */
  public VerityMeasurer(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("%d threads, expected at least 1".formatted(threads));
    }
    this.threads = threads;
    // A helper that does not come is no loss, hence no error when it is asked for too late.
    this.helpers =
        new ThreadPoolExecutor(
            Math.max(1, threads - 1),
            Math.max(1, threads - 1),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("verity-", 0).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    helpers.allowCoreThreadTimeOut(true);
  }

  /**
   * The digest of a file.
   *
   * @param size bytes of the file
   * @throws FileChangedException if the file turns out to have another size
   * @throws IOException what the source throws
   */
  public Digest measure(HashAlgorithm algorithm, BlockSource source, long size) throws IOException {
    if (size >= 0 && size <= SMALL) {
      return measureSmall(algorithm, source, (int) size);
    }
    return measure(new BlockHasher(algorithm), source, size, null);
  }

  /**
   * The hashes of all blocks of a file, and with them its digest. Otherwise as {@link
   * #measure(HashAlgorithm, BlockSource, long)}.
   */
  public MerkleTree tree(HashAlgorithm algorithm, BlockSource source, long size)
      throws IOException {
    List<byte[]> leafBlocks = new ArrayList<>();
    Digest digest = measure(new BlockHasher(algorithm), source, size, leafBlocks);
    return new MerkleTree(algorithm, size, digest, leafBlocks);
  }

  /** Lets the helping threads end. Who is measuring just now gets the right answer all the same. */
  @Override
  public void close() {
    helpers.shutdown();
  }

  private Digest measureSmall(HashAlgorithm algorithm, BlockSource source, int size)
      throws IOException {
    Queue<Worker> workers = Objects.requireNonNull(idle.get(algorithm));
    Worker taken = workers.poll();
    Worker worker =
        taken == null ? new Worker(new VerityHasher(algorithm), new byte[READ_SIZE]) : taken;
    try {
      byte[] buffer = worker.buffer();
      for (int done = 0; done < size; ) {
        int part = source.read(done, buffer, 0, Math.min(buffer.length, size - done));
        if (part <= 0) {
          throw Span.shrunk(done);
        }
        worker.hasher().update(buffer, 0, part);
        done += part;
      }
      checkEnd(source, size);
      return worker.hasher().digest();
    } finally {
      worker.hasher().reset();
      workers.add(worker);
    }
  }

  private static void checkEnd(BlockSource source, long size) throws IOException {
    if (source.read(size, new byte[1], 0, 1) > 0) {
      throw new FileChangedException(
          "file grew while it was measured: found more than %d bytes, expected %d"
              .formatted(size, size));
    }
  }

  private Digest measure(
      BlockHasher hasher, BlockSource source, long size, @Nullable List<byte[]> kept)
      throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("file size is %d, expected 0 or more".formatted(size));
    }
    HashLevels levels = new HashLevels(hasher);
    long done = 0;
    while (done < size) {
      Span span = new Span(hasher.algorithm(), source, done, size);
      run(span);
      for (Span.Range range : span.ranges()) {
        levels.add(range.hash(), 0);
        if (kept != null) {
          kept.add(range.leaves());
        }
      }
      done = span.end();
    }
    checkEnd(source, size);
    return hasher.fileDigest(size, levels.root());
  }

  private void run(Span span) throws IOException {
    int wanted = Math.min(threads, span.rangeCount()) - 1;
    try {
      for (int i = 0; i < wanted; i++) {
        helpers.execute(span::help);
      }
    } catch (OutOfMemoryError e) {
      // No thread to be had: whoever came, and who asks, do it without the others.
    }
    span.finish();
  }
}
