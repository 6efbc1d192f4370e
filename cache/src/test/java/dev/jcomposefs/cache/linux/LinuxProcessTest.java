package dev.jcomposefs.cache.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void redirect_openDescriptor_leadsToTheOtherFile(@TempDir Path directory) throws IOException {
    Path a = Files.createFile(directory.resolve("a"));
    Path b = Files.createFile(directory.resolve("b"));
    try (Fd first = LinuxFiles.open(a, OpenFlags.WRITE_ONLY);
        Fd second = LinuxFiles.open(b, OpenFlags.WRITE_ONLY);
        Arena arena = Arena.ofConfined()) {
      LinuxProcess.redirect(first.number(), second);
      LinuxFiles.writeFully(first, arena.allocate(3), a);
    }
    assertThat(a).hasSize(0);
    assertThat(b).hasSize(3);
  }

  @Test
  void changeDirectory_missingDirectory_saysSo() {
    assertThatThrownBy(() -> LinuxProcess.changeDirectory(ByteString.utf8("/nowhere/at/all")))
        .hasMessage("chdir '/nowhere/at/all': No such file or directory");
  }

  @Test
  void raiseOpenFileLimit_whateverIsWanted_neverLowersIt() throws FsException {
    long before = LinuxProcess.openFileLimit();
    assertThat(LinuxProcess.raiseOpenFileLimit(1)).isEqualTo(before);
    long raised = LinuxProcess.raiseOpenFileLimit(before + 1);
    assertThat(raised).isBetween(before, before + 1);
    assertThat(LinuxProcess.openFileLimit()).isEqualTo(raised);
  }

  @Test
  void openFileLimit_ofThisProcess_isThatOfProc() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(l -> l.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    String soft = line.split("\\s{2,}", -1)[1];
    assertThat(LinuxProcess.openFileLimit())
        .isEqualTo(soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft));
  }

  @Test
  void systemFileLimit_isThatOfProc() throws Exception {
    Process cat = new ProcessBuilder("cat", "/proc/sys/fs/file-nr").start();
    String numbers = new String(cat.getInputStream().readAllBytes(), US_ASCII).strip();
    assertThat(LinuxProcess.systemFileLimit())
        .isEqualTo(Long.parseLong(numbers.split("\\s+", -1)[2]));
  }

  @Test
  void cpuTime_whileThisThreadWorks_grows() throws IOException {
    long before = LinuxProcess.cpuTime();
    long now = before;
    while (now == before) {
      now = LinuxProcess.cpuTime();
    }
    assertThat(before).isPositive();
    assertThat(now).isGreaterThan(before);
  }

  @Test
  void pageSize_ofThisMachine_isAPowerOfTwo() throws IOException {
    assertThat(LinuxProcess.pageSize()).isIn(4096, 16384, 65536);
  }
}
