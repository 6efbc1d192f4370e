package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.FsException;
import java.util.concurrent.atomic.AtomicInteger;

/** How many files the mounts of a process may keep together in one way. Thread-safe. */
final class FileBudget {
  /** More than this many gain nothing. */
  private static final int MOST = 1 << 16;

  private static final int LEAST = 1 << 10;

  /** Descriptors are the process's, so there is one of these. */
  private static final class Open {
    static final FileBudget BUDGET = new FileBudget(limit());

    private static int limit() {
      try {
        return (int) Math.min(MOST, LinuxProcess.raiseOpenFileLimit(2 * MOST) / 2);
      } catch (FsException e) {
        throw new AssertionError("to ask for an own limit needs no right", e);
      }
    }
  }

  private static final class HandedOver {
    static final FileBudget BUDGET =
        new FileBudget(Math.clamp(LinuxProcess.systemFileLimit() / 4, LEAST, MOST));
  }

  private final int limit;
  private final AtomicInteger kept = new AtomicInteger();

  FileBudget(int limit) {
    this.limit = limit;
  }

  /**
   * Of those that this process has open. Half of what it may open: the rest is for the mounts
   * themselves and for whoever shares the process.
   */
  static FileBudget open() {
    return Open.BUDGET;
  }

  /**
   * Of those that the kernel was given to read, which need no descriptor. They count as open files
   * of the system all the same, of which a quarter is enough for us. Each also keeps 1.5 kB of the
   * kernel's memory, as long as it is here: file, directory entry and inode. 65,536 are 100 MB, and
   * as many as there are files in the root of a usual system.
   */
  static FileBudget handedOver() {
    return HandedOver.BUDGET;
  }

  int limit() {
    return limit;
  }

  void add() {
    kept.incrementAndGet();
  }

  void remove() {
    kept.decrementAndGet();
  }

  boolean isExceeded() {
    return kept.get() > limit;
  }
}
