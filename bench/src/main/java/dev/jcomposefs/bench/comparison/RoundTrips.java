package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The cheapest request there is: STATFS, which the kernel never answers from memory, and for which
 * a server has next to nothing to do. What it takes is what asking costs.
 */
final class RoundTrips {
  private RoundTrips() {}

  static Duration statfs(Path root, int count) throws IOException {
    FileStore store = Files.getFileStore(root);
    long sum = 0;
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      sum += store.getBlockSize();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (sum <= 0) {
      throw new IOException(root + ": found no block size");
    }
    return took;
  }
}
