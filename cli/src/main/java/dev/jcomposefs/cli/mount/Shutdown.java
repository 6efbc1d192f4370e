package dev.jcomposefs.cli.mount;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to a process that serves: SIGTERM, SIGINT and SIGHUP make the virtual machine
 * shut down, and the shutdown unmounts. The thread that made this is waited for, so that it can
 * clean up.
 */
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Unmounting unmounting;
  private final Thread cleaner = Thread.currentThread();
  private final Thread hook = new Thread(this::run, "jcfs-unmount");

  private Shutdown(Unmounting unmounting) {
    this.unmounting = unmounting;
  }

  /** Takes away what is mounted, upon which the thread that serves it cleans up and ends. */
  interface Unmounting {
    void unmount() throws IOException;
  }

  /** From now on, until {@link #forget}. */
  static Shutdown by(Unmounting unmounting) {
    Shutdown shutdown = new Shutdown(unmounting);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  private void run() {
    int status = 0;
    try {
      unmounting.unmount();
    } catch (IOException e) {
      LOG.error("{}", e.getMessage());
      status = 1;
    }
    try {
      cleaner.join(PATIENCE);
    } catch (InterruptedException e) {
      LOG.debug("not waiting any longer", e);
    }
    // Being asked to end is no failure; the virtual machine would report 128 and the signal.
    Runtime.getRuntime().halt(status);
  }

  void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the shutdown has begun and ends this process", e);
    }
  }
}
