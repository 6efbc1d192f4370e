package dev.jcomposefs.fuse.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

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
 * <p>That none comes any more is for somebody else to notice: if the leader waited for a limited
 * time only, each of its waits would be one system call more, a sixth of what a request takes where
 * nobody has to be woken up on another CPU.
 *
 * <p>{@link #came} belongs to the leader, whoever that is; the rest is thread-safe.
 */
final class Traffic implements AutoCloseable {
  /** A gap that keeps the traffic going. */
  static final long SHORT_NANOS = 500_000;

  /** How long it goes on without any request: this, or up to twice as long. */
  static final long PATIENCE_NANOS = 10_000_000;

  /** Short gaps that make a traffic. */
  static final int RUN = 32;

  /** Short gaps that make up for a long one. */
  static final int LONG_GAP = 8;

  private enum State {
    QUIET,
    BUSY,
    /** It makes no difference any more, or never did. */
    IGNORED
  }

  private final IdleCpus cpus;
  private final Executor lookouts;

  /** How many requests there have been, from the smallest number again after the largest. */
  private final AtomicInteger requests = new AtomicInteger();

  private int score;

  /** Written under the lock. */
  private volatile State state = State.QUIET;

  /** Whether somebody looks out for the end. */
  @GuardedBy("this")
  private boolean watched;

  /**
   * @param lookouts runs, in a thread of its own, what looks out for the end of the traffic
   */
  Traffic(IdleCpus cpus, Executor lookouts) {
    this.cpus = cpus;
    this.lookouts = lookouts;
  }

  /**
   * A request came.
   *
   * @param nanos after the reply to the one before, 0 for at once
   */
  void came(long nanos) {
    came();
    if (nanos <= SHORT_NANOS) {
      score = Math.min(score + 1, RUN);
    } else {
      score = nanos <= PATIENCE_NANOS ? Math.max(score - LONG_GAP, 0) : 0;
    }
    State now = state;
    if (score == RUN && now == State.QUIET) {
      begin();
    } else if (score == 0 && now == State.BUSY) {
      end();
    }
  }

  /** The same, and nobody looked at the clock: says only that the traffic has not ended. */
  void came() {
    requests.setOpaque(requests.getPlain() + 1);
  }

  private synchronized void begin() {
    if (state != State.QUIET) {
      return;
    }
    state = cpus.keepAwake() ? State.BUSY : State.IGNORED;
    if (state == State.BUSY && !watched) {
      try {
        lookouts.execute(this::watch);
        watched = true;
      } catch (OutOfMemoryError e) {
        // No thread to be had; nobody would notice the end.
        end();
        state = State.IGNORED;
      }
    }
  }

  private synchronized void end() {
    if (state == State.BUSY) {
      state = State.QUIET;
      cpus.letRest();
    }
  }

  private void watch() {
    int before = requests.getOpaque();
    while (stillWatched()) {
      LockSupport.parkNanos(this, PATIENCE_NANOS);
      int now = requests.getOpaque();
      if (now == before) {
        end();
      }
      before = now;
    }
  }

  private synchronized boolean stillWatched() {
    watched = state == State.BUSY;
    return watched;
  }

  @Override
  public synchronized void close() {
    state = State.IGNORED;
    cpus.close();
  }
}
