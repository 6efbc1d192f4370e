package dev.jcomposefs.cache.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxXattrsTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    file = Files.createFile(directory.resolve("file"));
    assumeTrue(
        Files.getFileStore(file).supportsFileAttributeView("user"),
        "the temporary directory's file system has no user xattrs");
  }

  private void set(String key, String value) throws IOException {
    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
        .write(key, ByteBuffer.wrap(value.getBytes(US_ASCII)));
  }

  private Map<ByteString, ByteString> readOpen() throws IOException {
    try (Fd fd = LinuxFiles.open(file, OpenFlags.READ_ONLY)) {
      return LinuxXattrs.read(fd, LinuxXattrsTest::isUser, file);
    }
  }

  private Map<ByteString, ByteString> readByName(String name) throws IOException {
    try (Fd fd = LinuxFiles.open(directory, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      return LinuxXattrs.read(fd, ByteString.utf8(name), LinuxXattrsTest::isUser);
    }
  }

  private static boolean isUser(ByteString key) {
    return key.startsWith(ByteString.utf8("user."));
  }

  @Test
  void read_severalAttributes_givesKeysAndValuesBothWays() throws IOException {
    set("a", "1");
    set("empty", "");
    Map<ByteString, ByteString> expected =
        Map.of(
            ByteString.utf8("user.a"),
            ByteString.utf8("1"),
            ByteString.utf8("user.empty"),
            ByteString.EMPTY);
    assertThat(readOpen()).isEqualTo(expected);
    assertThat(readByName("file")).isEqualTo(expected);
  }

  @Test
  void read_valueLargerThanTheFirstBuffer_givesItWhole() throws IOException {
    set("large", "x".repeat(3000));
    assertThat(readOpen())
        .containsEntry(ByteString.utf8("user.large"), ByteString.utf8("x".repeat(3000)));
  }

  @Test
  void read_keyThatIsNotWanted_isLeftOut() throws IOException {
    set("a", "1");
    set("b", "2");
    try (Fd fd = LinuxFiles.open(file, OpenFlags.READ_ONLY)) {
      assertThat(LinuxXattrs.read(fd, ByteString.utf8("user.b")::equals, file))
          .containsOnlyKeys(ByteString.utf8("user.b"));
    }
  }

  @Test
  void read_symbolicLink_isNotFollowed() throws IOException {
    set("a", "1");
    Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
    assertThat(readByName("link")).isEmpty();
  }

  @Test
  void read_fileSystemWithoutAttributes_isEmpty() throws IOException {
    try (Fd fd = LinuxFiles.open(Path.of("/proc/self/status"), OpenFlags.READ_ONLY)) {
      assertThat(LinuxXattrs.read(fd, LinuxXattrsTest::isUser, "status")).isEmpty();
    }
  }
}
