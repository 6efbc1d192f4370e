package dev.jcomposefs.fuse.dev;

import java.util.function.IntSupplier;

/**
 * How often a worker looks for the next request before it goes to sleep.
 *
 * <p>Waking a sleeping thread on another CPU costs more than answering a request, several times
 * more in a virtual machine. While requests follow each other closely, looking again for a moment
 * is therefore cheaper than sleeping, in time and in CPU. The policy looks only where that was true
 * of late: it gives up after a few moments in vain, and takes it up again when a sleep turns out to
 * have been shorter than the looking would have been. A mount that nobody uses costs nothing.
 *
 * <p>With one CPU for all threads, nobody can ask anything while one of them looks. As that may be
 * so from any moment on ({@code taskset -p}), it is found out again whenever sleeps go on and on.
 *
 * <p>Belongs to one thread.
 */
final class SpinPolicy {
  /** Sleeps in a row after which the CPUs are counted again, where there were several. */
  static final int OFTEN = 64;

  /** The same where there was one: all requests are sleeps then. */
  static final int SELDOM = 4096;

  private final int maxTries;
  private final long worthwhileNanos;
  private final IntSupplier cpus;

  private boolean oneCpu;
  private int sleeps;
  private int tries;

  /**
   * @param maxTries most looks before a sleep
   * @param worthwhileNanos how long a sleep is that looking would have saved
   * @param cpus how many the process may run on at the moment
   */
  SpinPolicy(int maxTries, long worthwhileNanos, IntSupplier cpus) {
    this.maxTries = maxTries;
    this.worthwhileNanos = worthwhileNanos;
    this.cpus = cpus;
    this.oneCpu = cpus.getAsInt() == 1;
  }

  /** How often to look now. */
  int tries() {
    return tries;
  }

  /** Whether there is one CPU for all threads, as far as that is known. */
  boolean isOnOneCpu() {
    return oneCpu;
  }

  /** A request came while the worker was looking. */
  void found() {
    tries = maxTries;
    sleeps = 0;
  }

  /**
   * None came while it was looking, and it slept.
   *
   * @param nanos how long
   */
  void slept(long nanos) {
    slept();
    if (oneCpu) {
      tries = 0;
    } else {
      tries = nanos <= worthwhileNanos ? maxTries : tries / 2;
    }
  }

  /** The same, and nobody looked at the clock: only where there is one CPU. */
  void slept() {
    if (++sleeps >= (oneCpu ? SELDOM : OFTEN)) {
      sleeps = 0;
      oneCpu = cpus.getAsInt() == 1;
    }
  }
}
