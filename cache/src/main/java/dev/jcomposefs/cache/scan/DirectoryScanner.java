package dev.jcomposefs.cache.scan;

import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.store.ObjectWriter;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns directories into trees. Thread-safe.
 *
 * <p>Borrows the measurer and the store; to publish what a scan has put into the store is up to the
 * store's owner.
 */
public final class DirectoryScanner {
  private final ScanOptions options;
  private final FileReader reader;
  private final int threads;

  /**
   * @param store where external files are put, under the options' algorithm; null to measure them
   *     only
   * @param threads how many read files at the same time, at least 1
   */
  public DirectoryScanner(
      ScanOptions options, VerityMeasurer measurer, @Nullable ObjectWriter store, int threads) {
    if (store != null && store.algorithm() != options.algorithm()) {
      throw new IllegalArgumentException(
          "store has %s objects, expected %s".formatted(store.algorithm(), options.algorithm()));
    }
    this.options = options;
    this.reader = new FileReader(options, measurer, store);
    this.threads = threads;
  }

  /**
   * Scans a directory.
   *
   * @param source not a symbolic link
   * @throws ScanException if something in it cannot be read or changes while it is read; ENOTDIR if
   *     the source is no directory
   * @throws dev.jcomposefs.cache.store.StoreException if the store cannot take a file
   * @throws FsException EINTR if the thread is interrupted
   */
  public Tree scan(Path source, ScanProgress progress) throws FsException {
    ExecutorService readers =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("scan-", 0).factory());
    try (DirectoryWalk walk =
        new DirectoryWalk(LinuxFiles.bytesOf(source), options, reader, readers, progress)) {
      return walk.walk();
    } finally {
      awaitEnd(readers);
    }
  }

  /**
   * Lets every task run: each holds a directory open until then, so that none may be dropped, not
   * even when this thread is interrupted. After a failure they end at once.
   */
  private static void awaitEnd(ExecutorService readers) {
    readers.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = readers.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
