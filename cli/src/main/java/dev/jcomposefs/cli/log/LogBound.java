package dev.jcomposefs.cli.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sees to it that a log that nobody looks after stays small. Thread-safe. */
public final class LogBound {
  /** Starts a new log. */
  @FunctionalInterface
  public interface Rotation {
    void rotate() throws IOException;
  }

  private static final LogBound OF_PROCESS = new LogBound();

  @GuardedBy("this")
  private @Nullable Rotation rotation;

  @GuardedBy("this")
  private long limit;

  @GuardedBy("this")
  private long left;

  LogBound() {}

  /**
   * From now on, another log is started whenever one has grown to its limit.
   *
   * @param limit bytes
   * @param size of the log now, bytes
   */
  public static void set(long limit, long size, Rotation rotation) {
    OF_PROCESS.apply(limit, size, rotation);
  }

  /** Something has been logged. */
  static void logged(int bytes) {
    OF_PROCESS.count(bytes);
  }

  synchronized void apply(long limit, long size, Rotation rotation) {
    this.limit = limit;
    this.left = limit - size;
    this.rotation = rotation;
    count(0);
  }

  synchronized void count(int bytes) {
    left -= bytes;
    if (left <= 0 && rotation != null) {
      left = limit;
      try {
        rotation.rotate();
      } catch (IOException e) {
        // The log goes on where it is, and this is tried again when as much has come again.
      }
    }
  }
}
