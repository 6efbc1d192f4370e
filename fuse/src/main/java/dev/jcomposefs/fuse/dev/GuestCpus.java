package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CPUs of a virtual machine, where resting means to halt: the hypervisor gets the CPU back, and
 * waking it up again costs ten times as much as answering a request. The kernel's promise about
 * wake-ups, {@code /dev/cpu_dma_latency}, keeps them from it: asked for no latency at all, the
 * cpuidle driver for guests, haltpoll, lets an idle CPU look for work instead.
 *
 * <p>Only there. On real hardware the kernel chooses states that are left in a microsecond or two
 * while there is traffic, and without that driver the request has no effect. It needs root, and is
 * gone with the descriptor, so a server that is killed leaves nothing behind. Not thread-safe.
 *
 * <p>Source: Linux {@code kernel/power/qos.c}, {@code drivers/cpuidle/governors/haltpoll.c}.
 */
final class GuestCpus implements IdleCpus {
  private static final Logger LOG = LoggerFactory.getLogger(GuestCpus.class);

  private static final Path DRIVER = Path.of("/sys/devices/system/cpu/cpuidle/current_driver");
  private static final Path DEVICE = Path.of("/dev/cpu_dma_latency");
  private static final String HALTPOLL = "haltpoll";

  /** The request is for all CPUs: where there are many, the others pay too much for these two. */
  private static final int MOST_CPUS = 8;

  private static final int NO_LATENCY = 0; // microseconds
  private static final int ANY_LATENCY = -1; // PM_QOS_DEFAULT_VALUE

  private @Nullable Fd request;
  private boolean impossible;

  @Override
  public boolean keepAwake() {
    if (request == null && !impossible) {
      request = open();
      impossible = request == null;
    }
    ask(NO_LATENCY);
    return request != null;
  }

  @Override
  public void letRest() {
    ask(ANY_LATENCY);
  }

  /** Asked for when there is traffic for the first time, which most mounts never see. */
  private static @Nullable Fd open() {
    try {
      if (Runtime.getRuntime().availableProcessors() > MOST_CPUS
          || !Files.exists(DRIVER)
          || !Files.readString(DRIVER).strip().equals(HALTPOLL)) {
        return null;
      }
      return LinuxFiles.open(DEVICE, OpenFlags.WRITE_ONLY);
    } catch (IOException e) {
      LOG.debug("CPUs halt between requests: {}", e.getMessage());
      return null;
    }
  }

  private void ask(int microseconds) {
    Fd device = request;
    if (device == null) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      value.set(JAVA_INT, 0, microseconds);
      LinuxFiles.writeFully(device, value, DEVICE);
    } catch (FsException e) {
      LOG.warn("CPUs halt between requests: {}", e.getMessage());
      close();
    }
  }

  @Override
  public void close() {
    impossible = true;
    if (request != null) {
      request.close();
      request = null;
    }
  }
}
