package dev.jcomposefs.cli.mount;

import dev.jcomposefs.fuse.mount.MountHost;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to the daemon: SIGTERM, SIGINT and SIGHUP make the virtual machine shut down, and
 * the shutdown unmounts. The thread that made this is waited for, so that it can clean up.
 */
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final MountHost host;
  private final Runnable whenUnmounted;
  private final Thread cleaner = Thread.currentThread();
  private final Thread hook = new Thread(this::run, "jcfs-unmount");

  private Shutdown(MountHost host, Runnable whenUnmounted) {
    this.host = host;
    this.whenUnmounted = whenUnmounted;
  }

  /**
   * From now on, until {@link #forget}.
   *
   * @param whenUnmounted makes the calling thread clean up and end
   */
  static Shutdown unmounting(MountHost host, Runnable whenUnmounted) {
    Shutdown shutdown = new Shutdown(host, whenUnmounted);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  private void run() {
    int status = 0;
    try {
      host.close();
    } catch (IOException e) {
      LOG.error("{}", e.getMessage());
      status = 1;
    }
    whenUnmounted.run();
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
