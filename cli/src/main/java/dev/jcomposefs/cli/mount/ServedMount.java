package dev.jcomposefs.cli.mount;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.fuse.mount.Mount;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A mount that a signal takes away, see {@link Shutdown}.
 *
 * <p>The lock makes a signal that comes while the image is being mounted wait until there is
 * something to unmount.
 */
final class ServedMount implements AutoCloseable {
  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable Mount mount;

  private final Shutdown shutdown = Shutdown.by(this::unmount);

  private ServedMount() {}

  /** How a mount comes to be. */
  interface Opening {
    Mount open() throws IOException;
  }

  static ServedMount open(Opening opening) throws IOException {
    ServedMount served = new ServedMount();
    try {
      synchronized (served.lock) {
        served.mount = opening.open();
      }
      return served;
    } catch (Throwable t) {
      served.shutdown.forget();
      throw t;
    }
  }

  private void unmount() throws IOException {
    synchronized (lock) {
      if (mount != null) {
        mount.close();
      }
    }
  }

  Mount mount() {
    synchronized (lock) {
      if (mount == null) {
        throw new IllegalStateException("not mounted");
      }
      return mount;
    }
  }

  /** Unmounts, unless somebody has. */
  @Override
  public void close() throws IOException {
    try {
      mount().close();
    } finally {
      shutdown.forget();
    }
  }
}
