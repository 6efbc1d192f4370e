package dev.jcomposefs.cli.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
  void publish_linkToNothing_makesWhatItLeadsTo() throws IOException {
    Path link = Files.createSymbolicLink(work.resolve("link"), Path.of("second"));
    Files.createSymbolicLink(work.resolve("second"), Path.of("target"));

    try (PendingFile file = PendingFile.at(link)) {
      file.content().write('x');
      file.publish();
    }

    assertThat(link).isSymbolicLink().hasContent("x");
    assertThat(work.resolve("target")).isRegularFile();
  }

  static List<Arguments> typed() {
    return List.of(
        Arguments.of("", Errno.ENOENT),
        Arguments.of("/nowhere/", Errno.EISDIR),
        Arguments.of("/etc/", Errno.EISDIR),
        Arguments.of("/etc/passwd/", Errno.ENOTDIR));
  }

  @ParameterizedTest
  @MethodSource("typed")
  void at_textThatNamesNoFile_failsAsOpenDoes(String text, Errno errno) {
    assertThatThrownBy(() -> PendingFile.at(text))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void at_directory_fails() {
    assertThatThrownBy(() -> PendingFile.at(work))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EISDIR));
  }
}
