package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.FsException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many files the mounts of a process may keep open together. Half of what the process may open:
 * the rest is for the mounts themselves and for whoever shares the process. Thread-safe.
 */
final class OpenFileBudget {
  /** More than this many gain nothing. */
  private static final int MOST = 1 << 16;

  /** Descriptors are the process's, so there is one of these. */
  private static final class OfProcess {
    static final OpenFileBudget BUDGET = new OpenFileBudget(limit());

    private static int limit() {
      try {
        return (int) Math.min(MOST, LinuxProcess.raiseOpenFileLimit(2 * MOST) / 2);
      } catch (FsException e) {
        throw new AssertionError("to ask for an own limit needs no right", e);
      }
    }
  }

  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  OpenFileBudget(int limit) {
    this.limit = limit;
  }

  static OpenFileBudget ofProcess() {
    return OfProcess.BUDGET;
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  boolean isExceeded() {
    return open.get() > limit;
  }
}
