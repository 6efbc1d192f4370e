package dev.jcomposefs.cli.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingFileTest {
  @TempDir private Path work;

  @Test
  void publish_existingFile_isReplacedWithItsPermissions() throws IOException {
    Path target = Files.writeString(work.resolve("target"), "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));

    try (PendingFile file = PendingFile.at(target)) {
      file.content().write(new byte[600_000]);
      assertThat(target).hasContent("old");
      file.publish();
    }

    assertThat(target).hasSize(600_000);
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(work.toFile().list()).containsExactly("target");
  }

  @Test
  void close_notPublished_leavesNothing() throws IOException {
    try (PendingFile file = PendingFile.at(work.resolve("target"))) {
      file.content().write(1);
    }

    assertThat(work).isEmptyDirectory();
  }

  @Test
  void at_whatIsNoRegularFile_isWrittenToAsItIs() throws IOException {
    try (PendingFile file = PendingFile.at(Path.of("/dev/null"))) {
      file.content().write(1);
      file.publish();
    }

    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void at_directory_fails() {
    assertThatThrownBy(() -> PendingFile.at(work))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EISDIR));
  }
}
