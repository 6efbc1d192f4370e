package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LinuxProcessTest {

  @Test
  void userIds_ofThisProcess_areThoseOfProc() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(l -> l.startsWith("Uid:"))
            .findFirst()
            .orElseThrow();
    String[] ids = line.split("\\s+", -1);
    assertThat(LinuxProcess.userId()).isEqualTo(Integer.parseUnsignedInt(ids[1]));
    assertThat(LinuxProcess.effectiveUserId()).isEqualTo(Integer.parseUnsignedInt(ids[2]));
  }
}
