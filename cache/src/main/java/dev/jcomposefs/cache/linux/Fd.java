package dev.jcomposefs.cache.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An owned file descriptor.
 *
 * <p>The number of a closed descriptor is given to the next file that the process opens, so a call
 * that races with a close could reach another file. Every call of this package therefore enters the
 * descriptor first, and a close that finds calls inside is carried out by the last of them to
 * leave. A call on a closed descriptor fails with EBADF.
 *
 * <p>Thread-safe.
 */
public final class Fd implements AutoCloseable {
  /** Stands for the current directory where a call takes a directory; closing it does nothing. */
  public static final Fd WORKING_DIRECTORY = new Fd(-100);

  /** Sign bit of {@link #state}: closed, or to be closed by the last one inside. */
  private static final int CLOSED = 1 << 31;

  private final int number;

  /** How many calls are inside, and {@link #CLOSED}. */
  private final AtomicInteger state = new AtomicInteger();

  private Fd(int number) {
    this.number = number;
  }

  /**
   * Takes over an open descriptor that came from elsewhere: from now on, it is closed here only.
   *
   * @param number 0 or more
   */
  public static Fd adopt(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("descriptor is %d, expected 0 or more".formatted(number));
    }
    return new Fd(number);
  }

  /** The number, for a message or a reply to the kernel; valid while this is known to be open. */
  public int number() {
    return number;
  }

  public boolean isClosed() {
    return state.get() < 0;
  }

  /** Keeps the descriptor open until {@link #exit}; false if it is closed. */
  boolean enter() {
    while (true) {
      int now = state.get();
      if (now < 0) {
        return false;
      }
      if (state.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void exit() {
    if (state.decrementAndGet() == CLOSED) {
      release();
    }
  }

  /**
   * Closes it, once; further calls do nothing. Errors of close(2) are not reported: whoever needs
   * to know that written bytes arrived calls {@link LinuxFiles#syncFileSystem} before.
   */
  @Override
  public void close() {
    if (number < 0) {
      return;
    }
    int before = state.getAndUpdate(now -> now | CLOSED);
    if (before == 0) {
      release();
    }
  }

  private void release() {
    // never repeated on EINTR: Linux has freed the number by then
    Kernel.call(Syscall.CLOSE, number, 0, 0);
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
