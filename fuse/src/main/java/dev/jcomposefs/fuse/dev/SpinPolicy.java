package dev.jcomposefs.fuse.dev;

/**
 * How often a worker looks for the next request before it goes to sleep.
 *
 * <p>Waking a sleeping thread on another CPU costs more than answering a request, several times
 * more in a virtual machine. While requests follow each other closely, looking again for a moment
 * is therefore cheaper than sleeping, in time and in CPU. The policy looks only where that was true
 * of late: it gives up after a few moments in vain, and takes it up again when a sleep turns out to
 * have been shorter than the looking would have been. A mount that nobody uses costs nothing.
 *
 * <p>Belongs to one thread.
 */
final class SpinPolicy {
  private final int maxTries;
  private final long worthwhileNanos;

  private int tries;

  /**
   * @param maxTries most looks before a sleep, 0 for none ever
   * @param worthwhileNanos how long a sleep is that looking would have saved
   */
  SpinPolicy(int maxTries, long worthwhileNanos) {
    this.maxTries = maxTries;
    this.worthwhileNanos = worthwhileNanos;
  }

  /** How often to look now. */
  int tries() {
    return tries;
  }

  /** A request came while the worker was looking. */
  void found() {
    tries = maxTries;
  }

  /**
   * None came while it was looking, and it slept.
   *
   * @param nanos how long
   */
  void slept(long nanos) {
    tries = nanos <= worthwhileNanos ? maxTries : tries / 2;
  }
}
