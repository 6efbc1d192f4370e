package dev.jcomposefs.fuse.dev;

/**
 * Keeps the CPUs awake while requests follow each other closely, and only then.
 *
 * <p>A caller that lists a tree or opens one small file after the other sleeps while its request is
 * answered, and the server while the next one comes: each request makes two CPUs rest and wake up
 * again. That is most of its price where waking up is expensive, see {@link GuestCpus}.
 *
 * <p>What is close is judged by the gaps between a reply and the next request. A run of short ones
 * begins the traffic; a few long ones, or one without end, are the end of it. A request every now
 * and then never keeps a CPU awake.
 *
 * <p>Belongs to the leader, whoever that is.
 */
final class Traffic implements AutoCloseable {
  /** A gap that keeps the traffic going. */
  static final long SHORT_NANOS = 500_000;

  /** How long it goes on without any request. */
  static final int PATIENCE_MILLIS = 10;

  /** Short gaps that make a traffic. */
  static final int RUN = 32;

  /** Short gaps that make up for a long one. */
  static final int LONG_GAP = 8;

  private final IdleCpus cpus;
  private int score;
  private boolean busy;

  Traffic(IdleCpus cpus) {
    this.cpus = cpus;
  }

  /** Whether there is traffic: then the wait for a request should not be without end. */
  boolean isBusy() {
    return busy;
  }

  /**
   * A request came.
   *
   * @param nanos after the reply to the one before, 0 for at once
   */
  void came(long nanos) {
    if (nanos > SHORT_NANOS) {
      score -= LONG_GAP;
      if (score <= 0) {
        end();
      }
    } else if (score < RUN && ++score == RUN) {
      begin();
    }
  }

  /** None came for {@link #PATIENCE_MILLIS}. */
  void ceased() {
    end();
  }

  private void begin() {
    if (!busy) {
      busy = true;
      cpus.keepAwake();
    }
  }

  private void end() {
    score = 0;
    if (busy) {
      busy = false;
      cpus.letRest();
    }
  }

  @Override
  public void close() {
    cpus.close();
  }
}
