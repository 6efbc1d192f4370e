package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the kernel, where it is one that this is for. */
class GuestCpusTest {
  private static final Path DRIVER = Path.of("/sys/devices/system/cpu/cpuidle/current_driver");
  private static final Path DEVICE = Path.of("/dev/cpu_dma_latency");

  private final GuestCpus cpus = new GuestCpus();

  @AfterEach
  void close() {
    cpus.close();
  }

  private static void assumeCpusThatHalt() throws IOException {
    assumeTrue(Files.isWritable(DEVICE), DEVICE + " is not ours to write to");
    assumeTrue(
        Files.exists(DRIVER) && Files.readString(DRIVER).strip().equals("haltpoll"),
        "the cpuidle driver is another than haltpoll");
  }

  /** What the kernel holds itself to at this moment, microseconds. */
  private static int latency() throws IOException {
    try (InputStream in = Files.newInputStream(DEVICE)) {
      return ByteBuffer.wrap(in.readNBytes(Integer.BYTES)).order(ByteOrder.nativeOrder()).getInt();
    }
  }

  @Test
  void keepAwake_whereCpusHalt_isWhatTheKernelHoldsItselfTo() throws IOException {
    assumeCpusThatHalt();
    assertThat(cpus.keepAwake()).isTrue();
    assertThat(latency()).isZero();
  }

  @Test
  void keepAwake_afterARest_isHeardAgain() throws IOException {
    assumeCpusThatHalt();
    cpus.keepAwake();
    cpus.letRest();
    cpus.keepAwake();
    assertThat(latency()).isZero();
  }

  @Test
  void keepAwake_afterClose_opensNothing() throws IOException {
    cpus.close();
    assertThat(cpus.keepAwake()).isFalse();
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.filter(Files::exists).map(GuestCpusTest::target)).doesNotContain(DEVICE);
    }
  }

  private static Path target(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      return link; // closed since it was listed
    }
  }
}
