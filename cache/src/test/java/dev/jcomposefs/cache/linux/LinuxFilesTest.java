package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxFilesTest {
  @TempDir Path directory;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(directory.resolve("base/aa"));
    Files.writeString(directory.resolve("outside"), "secret");
    Files.writeString(directory.resolve("base/aa/object"), "0123456789");
    Files.createSymbolicLink(directory.resolve("base/link"), Path.of("aa/object"));
    Files.createSymbolicLink(directory.resolve("base/bb"), Path.of("aa"));
  }

  private Fd base() throws FsException {
    return LinuxFiles.open(directory.resolve("base"), OpenFlags.PATH | OpenFlags.DIRECTORY);
  }

  private Fd object() throws FsException {
    return LinuxFiles.open(directory.resolve("base/aa/object"), OpenFlags.READ_ONLY);
  }

  private static String text(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
  }

  @Test
  void open_missingFile_namesCallPathAndReason() {
    assertThatThrownBy(() -> LinuxFiles.open(Path.of("/nowhere/x"), OpenFlags.READ_ONLY))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("open '/nowhere/x': No such file or directory");
  }

  @Test
  void open_missingFileWithANameOutsideAscii_saysItAsItWasGiven() {
    assumeTrue(
        "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
        "the JDK takes no such paths in this locale");
    assertThatThrownBy(() -> LinuxFiles.open(Path.of("/nowhere/\u00e4"), OpenFlags.READ_ONLY))
        .hasMessage("open '/nowhere/\u00e4': No such file or directory");
  }

  @ParameterizedTest
  @CsvSource({
    "..,                 EXDEV",
    "../outside,         EXDEV",
    "aa/../../outside,   EXDEV",
    "/etc/passwd,        EXDEV",
    "link,               ELOOP",
    "bb/object,          ELOOP",
    "aa/missing,         ENOENT",
    "aa/object/x,        ENOTDIR",
    "'',                 ENOENT",
  })
  void openBeneath_pathThatLeadsOutOrThroughALink_isRefused(String path, Errno expected)
      throws IOException {
    try (Fd base = base()) {
      assertThatThrownBy(
              () -> LinuxFiles.openBeneath(base, ByteString.utf8(path), OpenFlags.READ_ONLY))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(expected));
    }
  }

  @Test
  void openBeneath_plainPath_opens() throws IOException {
    try (Fd base = base();
        Fd file = LinuxFiles.openBeneath(base, ByteString.utf8("aa/object"), OpenFlags.READ_ONLY)) {
      assertThat(LinuxFiles.stat(file).size()).isEqualTo(10);
    }
  }

  @Test
  void open_nulInPath_isRefused() {
    ByteString path = ByteString.utf8("aa/object\0.txt");
    assertThatThrownBy(() -> LinuxFiles.open(Fd.WORKING_DIRECTORY, path, 0, 0))
        .hasMessage("open 'aa/object\\x00.txt': Invalid argument");
  }

  @Test
  void open_pathTooLong_isRefusedWithAShortMessage() {
    ByteString path = ByteString.utf8("a/".repeat(2048));
    assertThatThrownBy(() -> LinuxFiles.open(Fd.WORKING_DIRECTORY, path, 0, 0))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG))
        .hasMessage("open '" + "a/".repeat(32) + "...': File name too long");
  }

  @Test
  void stat_openFile_saysWhatTheJdkSays() throws IOException {
    Path file = directory.resolve("base/aa/object");
    // the JDK itself sets times to the microsecond only
    TestFiles.run("touch", "-d", "1969-12-31 00:00:00.123456789 UTC", file.toString());
    Map<String, Object> expected = Files.readAttributes(file, "unix:*");
    try (Fd fd = object()) {
      FileStat stat = LinuxFiles.stat(fd);
      assertThat(stat.identity().inode()).isEqualTo(expected.get("ino"));
      assertThat(stat.mode()).isEqualTo(expected.get("mode"));
      assertThat(stat.nlink()).isEqualTo(expected.get("nlink"));
      assertThat(stat.uid()).isEqualTo(expected.get("uid"));
      assertThat(stat.gid()).isEqualTo(expected.get("gid"));
      assertThat(stat.size()).isEqualTo(10);
      assertThat(stat.identity().mtimeSeconds()).isEqualTo(-86_400);
      assertThat(stat.identity().mtimeNanos()).isEqualTo(123_456_789);
      assertThat(
              FileTime.from(
                  Instant.ofEpochSecond(
                      stat.identity().ctimeSeconds(), stat.identity().ctimeNanos())))
          .isEqualTo(expected.get("ctime"));
    }
  }

  @Test
  void stat_symbolicLink_isNotFollowed() throws IOException {
    try (Fd base = base()) {
      assertThat(LinuxFiles.stat(base, ByteString.utf8("link")).typeText())
          .isEqualTo("symbolic link");
    }
  }

  @Test
  void stat_deviceNode_hasItsNumber() throws IOException {
    FileStat stat = LinuxFiles.stat(Fd.WORKING_DIRECTORY, ByteString.utf8("/dev/null"));
    assertThat(stat.typeText()).isEqualTo("character device");
    assertThat(stat.rdev()).isEqualTo(0x103);
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 0x103", "0xfff, 0xfffff, 0xffffffff", "8, 0x1ff, 0x1008ff"})
  void deviceNumber_majorAndMinor_areInterleavedAsTheKernelDoes(
      String major, String minor, String expected) {
    assertThat(FileStat.deviceNumber(Integer.decode(major), Integer.decode(minor)))
        .isEqualTo((int) (long) Long.decode(expected));
  }

  @Test
  void pread_insideAndPastTheEnd_givesWhatIsThere() throws IOException {
    try (Fd fd = object();
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4);
      assertThat(LinuxFiles.pread(fd, buffer, 3)).isEqualTo(4);
      assertThat(text(buffer)).isEqualTo("3456");
      assertThat(LinuxFiles.pread(fd, buffer, 8)).isEqualTo(2);
      assertThat(LinuxFiles.pread(fd, buffer, 10)).isZero();
      assertThat(LinuxFiles.pread(fd, buffer, -1)).isEqualTo(-Errno.EINVAL.number());
    }
  }

  @Test
  void readFully_bufferLargerThanFile_stopsAtTheEnd() throws IOException {
    try (Fd fd = object();
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(100);
      assertThat(LinuxFiles.readFully(fd, buffer, 1, "object")).isEqualTo(9);
      assertThat(text(buffer.asSlice(0, 9))).isEqualTo("123456789");
    }
  }

  @Test
  void read_heapBuffer_isRefused() throws IOException {
    try (Fd fd = object()) {
      MemorySegment heap = MemorySegment.ofArray(new byte[4]);
      assertThatThrownBy(() -> LinuxFiles.read(fd, heap))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void nextDataAndHole_fileWithAHoleInTheMiddle_areItsBorders() throws IOException {
    final int mebibyte = 1 << 20;
    Path path = directory.resolve("sparse");
    try (Fd fd = newFile(path);
        Arena arena = Arena.ofConfined()) {
      LinuxFiles.writeFully(fd, arena.allocate(mebibyte), 0, path);
      LinuxFiles.writeFully(fd, arena.allocate(mebibyte), 2 * mebibyte, path);
      LinuxFiles.truncate(fd, 4 * mebibyte, path);
      assertThat(LinuxFiles.stat(fd).size()).isEqualTo(4 * mebibyte);
      assertThat(LinuxFiles.nextData(fd, 0, 4 * mebibyte)).isZero();
      long hole = LinuxFiles.nextHole(fd, 0, 4 * mebibyte);
      assumeTrue(hole < 4 * mebibyte, "the file system knows no holes");
      assertThat(hole).isEqualTo(mebibyte);
      assertThat(LinuxFiles.nextData(fd, mebibyte, 4 * mebibyte)).isEqualTo(2 * mebibyte);
      assertThat(LinuxFiles.nextHole(fd, 2 * mebibyte, 4 * mebibyte)).isEqualTo(3 * mebibyte);
      assertThat(LinuxFiles.nextData(fd, 3 * mebibyte, 4 * mebibyte)).isEqualTo(4 * mebibyte);
    }
  }

  @Test
  void chmod_openFile_setsThePermissions() throws IOException {
    Path path = directory.resolve("copy");
    try (Fd fd = newFile(path)) {
      LinuxFiles.chmod(fd, 0644, path);
    }
    assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0100644);
  }

  private static Fd newFile(Path path) throws FsException {
    int flags = OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
    return LinuxFiles.open(Fd.WORKING_DIRECTORY, LinuxFiles.bytesOf(path), flags, 0600);
  }

  @Test
  void writeFully_fullDevice_saysSo() throws IOException {
    try (Fd full = LinuxFiles.open(Path.of("/dev/full"), OpenFlags.WRITE_ONLY);
        Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> LinuxFiles.writeFully(full, arena.allocate(10), "/dev/full"))
          .hasMessage("write '/dev/full': No space left on device");
    }
  }

  @Test
  void writeFully_atAPosition_leavesTheRestAsItIs() throws IOException {
    Path file = directory.resolve("base/aa/object");
    try (Fd fd = LinuxFiles.open(file, OpenFlags.WRITE_ONLY);
        Arena arena = Arena.ofConfined()) {
      LinuxFiles.writeFully(fd, arena.allocate(2).fill((byte) 'x'), 3, file);
    }
    assertThat(file).hasContent("012xx56789");
  }

  @Test
  void poll_fileThatIsReadyAndPipeThatIsNot_tellsThemApart() throws IOException {
    try (Fd fd = object()) {
      assertThat(LinuxFiles.poll(fd, 1, 0)).isEqualTo(1);
    }
    Path fifo = TestFiles.fifo(directory.resolve("fifo"));
    try (Fd fd = LinuxFiles.open(fifo, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK)) {
      assertThat(LinuxFiles.poll(fd, 1, 10)).isZero();
    }
  }

  @Test
  void seek_dataAndHole_findsThem() throws IOException {
    try (Fd fd = object()) {
      assertThat(LinuxFiles.seek(fd, 0, 4)).isEqualTo(LinuxFiles.stat(fd).size());
      assertThat(LinuxFiles.seek(fd, 1 << 20, 3)).isEqualTo(-Errno.ENXIO.number());
    }
  }

  @Test
  void statAtServer_fileOnADisk_isTheSameAsStat() throws FsException {
    try (Fd object = object()) {
      assertThat(LinuxFiles.statAtServer(object)).isEqualTo(LinuxFiles.stat(object));
    }
  }
}
