package dev.jcomposefs.format.verity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

  private final int threads;
  private final ThreadPoolExecutor helpers;

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
    if (source.read(size, new byte[1], 0, 1) > 0) {
      throw new FileChangedException(
          "file grew while it was measured: found more than %d bytes, expected %d"
              .formatted(size, size));
    }
    return hasher.fileDigest(size, levels.root());
  }

  private void run(Span span) throws IOException {
    int wanted = Math.min(threads, span.rangeCount()) - 1;
    for (int i = 0; i < wanted; i++) {
      helpers.execute(span::help);
    }
    span.finish();
  }
}
