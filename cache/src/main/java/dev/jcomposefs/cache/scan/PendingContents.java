package dev.jcomposefs.cache.scan;

import dev.jcomposefs.cache.scan.FileReader.Contents;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A file that is being read, or will be. */
final class PendingContents extends FutureTask<Contents> {
  PendingContents(Callable<Contents> read) {
    super(read);
  }

  /**
   * Waits for the end of reading.
   *
   * @throws FsException what reading threw, or EINTR if this thread is interrupted while it waits
   */
  Contents contents() throws FsException {
    try {
      return get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, "scan: interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case FsException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new AssertionError("reading throws nothing else", e);
      }
    }
  }
}
