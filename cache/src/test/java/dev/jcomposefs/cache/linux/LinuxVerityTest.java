package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.linux.LinuxVerity.Enabling;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxVerityTest {
  @TempDir Path directory;

  @Test
  void measure_fileWithoutVerity_isNull() throws IOException {
    try (Fd file = LinuxFiles.open(Files.createFile(directory.resolve("f")), 0)) {
      assertThat(LinuxVerity.measure(file, "f")).isNull();
      assertThat(LinuxFiles.stat(file).hasVerity()).isFalse();
    }
  }

  @Test
  void measure_closedDescriptor_isAnError() throws IOException {
    Fd file = LinuxFiles.open(Files.createFile(directory.resolve("f")), 0);
    file.close();
    assertThatThrownBy(() -> LinuxVerity.measure(file, "f"))
        .hasMessage("measure fs-verity 'f': Bad file descriptor");
  }

  @Test
  void enable_whetherSupportedOrNot_agreesWithWhatIsMeasuredAfterwards() throws IOException {
    Path path = Files.writeString(directory.resolve("f"), "hello\n");
    try (Fd file = LinuxFiles.open(path, 0)) {
      Enabling enabled = LinuxVerity.enable(file, HashAlgorithm.SHA256);
      assertThat(LinuxVerity.measure(file, "f") != null).isEqualTo(enabled == Enabling.DONE);
    }
  }

  @Test
  void enable_directory_isNotPossible() throws IOException {
    try (Fd file = LinuxFiles.open(directory, OpenFlags.DIRECTORY)) {
      assertThat(LinuxVerity.enable(file, HashAlgorithm.SHA256)).isNotEqualTo(Enabling.DONE);
    }
  }
}
