package dev.jcomposefs.cli.mount;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.fuse.mount.Mount;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount that a signal takes away: SIGTERM, SIGINT and SIGHUP make the virtual machine shut down,
 * and the shutdown unmounts.
 *
 * <p>The lock makes a signal that comes while the image is being mounted wait until there is
 * something to unmount.
 */
final class ServedMount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedMount.class);

  /** How long the shutdown waits for the thread that serves to clean up behind itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Thread opener = Thread.currentThread();
  private final Thread onShutdown = new Thread(this::shutDown, "jcfs-unmount");
  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable Mount mount;

  private ServedMount() {
    Runtime.getRuntime().addShutdownHook(onShutdown);
  }

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
      served.forgetSignals();
      throw t;
    }
  }

  private void shutDown() {
    int status = 0;
    synchronized (lock) {
      if (mount != null) {
        try {
          mount.close();
        } catch (IOException e) {
          LOG.error("{}", e.getMessage());
          status = 1;
        }
      }
    }
    try {
      opener.join(PATIENCE);
    } catch (InterruptedException e) {
      LOG.debug("not waiting any longer", e);
    }
    // Being asked to end is no failure; the virtual machine would report 128 and the signal.
    Runtime.getRuntime().halt(status);
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
      forgetSignals();
    }
  }

  private void forgetSignals() {
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException e) {
      LOG.debug("the shutdown has begun and ends this process", e);
    }
  }
}
