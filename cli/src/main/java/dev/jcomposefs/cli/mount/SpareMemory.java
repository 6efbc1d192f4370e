package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.JvmLibrary;
import dev.jcomposefs.cache.linux.LinuxProcess;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what a server needed to start, and later what it needed while it was busy, once it is
 * quiet: a server that nobody uses is to be as small as one that nobody has used yet. What the
 * compilers and the heap leave behind the virtual machine gives back itself.
 */
final class SpareMemory implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareMemory.class);

  private static final long INTERVAL_MILLIS = 5_000;

  /** CPU time within an interval, nanoseconds: more, and the server is at work. */
  private static final long QUIET_NANOS = 10_000_000;

  private static final long STACK_SIZE = 128 << 10; // bytes

  private SpareMemory() {}

  /** To be called when the server is ready; returns at once. */
  static void giveBackWhenQuiet() {
    Thread.ofPlatform().name("jcfs-memory").daemon().stackSize(STACK_SIZE).start(new SpareMemory());
  }

  @Override
  public void run() {
    try {
      JvmLibrary library = JvmLibrary.find();
      library.letGo();
      long before = LinuxProcess.cpuTime();
      boolean busy = false;
      while (true) {
        Thread.sleep(INTERVAL_MILLIS);
        if (LinuxProcess.cpuTime() - before > QUIET_NANOS) {
          busy = true;
        } else if (busy) {
          library.letGo();
          busy = false;
        }
        before = LinuxProcess.cpuTime();
      }
    } catch (IOException e) {
      LOG.debug("no memory is given back: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
