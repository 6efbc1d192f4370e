package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdTest {
  @TempDir Path directory;

  private Fd open() throws IOException {
    return LinuxFiles.open(Files.createTempFile(directory, "f", ""), OpenFlags.READ_ONLY);
  }

  private static boolean numberIsOpen(Fd fd) {
    return Files.exists(Path.of("/proc/self/fd/" + fd.number()));
  }

  @Test
  void close_calledTwice_closesOnce() throws IOException {
    Fd first = open();
    first.close();
    try (Fd second = open()) {
      first.close();
      assertThat(second.number()).isEqualTo(first.number());
      assertThat(LinuxFiles.stat(second).isRegular()).isTrue();
    }
  }

  @Test
  void call_onClosedDescriptor_failsWithEbadf() throws IOException {
    Fd fd = open();
    fd.close();
    assertThat(fd.isClosed()).isTrue();
    assertThatThrownBy(() -> LinuxFiles.stat(fd))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
  }

  @Test
  void close_whileACallIsInside_waitsForIt() throws IOException {
    Fd fd = open();
    assertThat(fd.enter()).isTrue();
    fd.close();
    assertThat(numberIsOpen(fd)).isTrue();
    assertThat(fd.enter()).isFalse();
    fd.exit();
    assertThat(numberIsOpen(fd)).isFalse();
  }

  @Test
  void workingDirectory_closed_staysUsable() throws FsException {
    Fd.WORKING_DIRECTORY.close();
    assertThat(Fd.WORKING_DIRECTORY.isClosed()).isFalse();
  }

  @Test
  void adopt_negativeNumber_isRefused() {
    assertThatThrownBy(() -> Fd.adopt(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("descriptor is -1, expected 0 or more");
  }
}
