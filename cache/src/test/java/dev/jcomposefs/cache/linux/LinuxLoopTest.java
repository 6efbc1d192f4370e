package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxLoopTest {
  @TempDir Path directory;

  @Test
  void attach_file_isTheDevicesContentUntilClosed() throws IOException {
    assumeTrue(TestFiles.isRoot(), "loop devices are root's");
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices");
    byte[] content = new byte[3 * 4096];
    new Random(1).nextBytes(content);
    Path path = Files.write(directory.resolve("file"), content);
    Path backing;
    try (Fd file = LinuxFiles.open(path, OpenFlags.READ_ONLY);
        LinuxLoop.Device device = LinuxLoop.attach(file, 4096)) {
      backing = backingFile(device);

      assertThat(Files.readString(backing).strip()).isEqualTo(path.toRealPath().toString());
      try (InputStream in = Files.newInputStream(Path.of(device.path().toString()))) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
    assertThat(Files.exists(backing) ? Files.readString(backing).strip() : "")
        .isNotEqualTo(path.toRealPath().toString());
  }

  private static Path backingFile(LinuxLoop.Device device) {
    String name = Path.of(device.path().toString()).getFileName().toString();
    return Path.of("/sys/block", name, "loop/backing_file");
  }
}
