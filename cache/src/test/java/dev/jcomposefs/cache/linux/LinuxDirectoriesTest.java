package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxDirectoriesTest {
  @TempDir Path path;
  private Fd directory;

  @BeforeEach
  void open() throws FsException {
    directory = LinuxFiles.open(path, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private static final ByteString NOT_UTF8 =
      ByteString.copyOf(new byte[] {'n', (byte) 0xff, (byte) 0xfe});

  private Fd create(ByteString name) throws FsException {
    return LinuxFiles.open(
        directory, name, OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, 0644);
  }

  @Test
  void list_namesOfAnyBytes_areGivenAsTheyAre() throws FsException {
    List<ByteString> expected = new ArrayList<>();
    for (ByteString name :
        List.of(
            NOT_UTF8,
            ByteString.utf8("a\nb"),
            ByteString.utf8("..."),
            ByteString.utf8(".a"),
            ByteString.utf8("x".repeat(255)))) {
      create(name).close();
      expected.add(name);
    }
    assertThat(LinuxDirectories.list(directory, path))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void list_moreNamesThanOneBufferTakes_givesAll() throws IOException {
    List<ByteString> expected = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      ByteString name = ByteString.utf8("a-name-that-is-not-short-" + i);
      create(name).close();
      expected.add(name);
    }
    assertThat(LinuxDirectories.list(directory, path))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void list_emptyDirectory_isEmpty() throws FsException {
    assertThat(LinuxDirectories.list(directory, path)).isEmpty();
  }

  @Test
  void make_twice_isTrueThenFalse() throws FsException {
    ByteString name = ByteString.utf8("sub");
    assertThat(LinuxDirectories.make(directory, name, 0755)).isTrue();
    assertThat(LinuxDirectories.make(directory, name, 0755)).isFalse();
  }

  @Test
  void link_temporaryFile_getsItsNameOnce() throws IOException {
    ByteString name = ByteString.utf8("named");
    try (Fd file =
        LinuxFiles.open(
            directory, ByteString.utf8("."), OpenFlags.TEMPORARY | OpenFlags.READ_WRITE, 0600)) {
      assertThat(LinuxDirectories.link(file, directory, name)).isTrue();
      assertThat(LinuxDirectories.link(file, directory, name)).isFalse();
    }
    assertThat(path.resolve("named")).exists();
  }

  @Test
  void rename_ontoAnotherName_replacesIt() throws IOException {
    Files.writeString(path.resolve("a"), "a");
    Files.writeString(path.resolve("b"), "b");
    LinuxDirectories.rename(directory, ByteString.utf8("a"), ByteString.utf8("b"));
    assertThat(path.resolve("a")).doesNotExist();
    assertThat(path.resolve("b")).hasContent("a");
  }

  @Test
  void unlink_missingName_saysSo() {
    assertThatThrownBy(() -> LinuxDirectories.unlink(directory, NOT_UTF8))
        .hasMessage("unlink 'n\\xff\\xfe': No such file or directory");
  }

  @Test
  void readLink_longestTarget_isGivenWhole() throws IOException {
    String target = "t".repeat(4095);
    Files.createSymbolicLink(path.resolve("link"), Path.of(target));
    assertThat(LinuxDirectories.readLink(directory, ByteString.utf8("link")))
        .isEqualTo(ByteString.utf8(target));
  }
}
