package dev.jcomposefs.cache.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.linux.TestFiles;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store promises, whichever way it opens files. */
abstract class ObjectStoreContract {
  @TempDir Path directory;
  private Path first;
  private Path second;
  private ObjectStore store;

  abstract BeneathOpener opener();

  @BeforeEach
  void open() throws IOException {
    first = Files.createDirectories(directory.resolve("first"));
    second = Files.createDirectories(directory.resolve("second"));
    Files.createDirectory(first.resolve("aa"));
    Files.createDirectory(second.resolve("aa"));
    Files.writeString(directory.resolve("secret"), "secret");
    store = ObjectStore.open(List.of(first, second), opener());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private String read(String path) throws IOException {
    try (ObjectFile object = store.open(ByteString.utf8(path))) {
      byte[] bytes = new byte[100];
      int length = object.read(0, bytes, 0, bytes.length);
      return new String(bytes, 0, length, US_ASCII);
    }
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  private void assertRefused(ByteString path, String message, Object... values) throws IOException {
    long before = openDescriptors();
    assertThatThrownBy(() -> store.open(path))
        .isInstanceOfSatisfying(
            ObjectException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
        .hasMessage(message, values);
    assertThat(openDescriptors()).isEqualTo(before);
  }

  private void assertRefused(String path, String message, Object... values) throws IOException {
    assertRefused(ByteString.utf8(path), message, values);
  }

  @Test
  void open_objectInBoth_takesTheFirst() throws IOException {
    Files.writeString(first.resolve("aa/o"), "one");
    Files.writeString(second.resolve("aa/o"), "two");
    assertThat(read("aa/o")).isEqualTo("one");
  }

  @Test
  void open_objectInTheSecondOnly_fallsThrough() throws IOException {
    Files.writeString(second.resolve("aa/o"), "two");
    try (ObjectFile object = store.open(ByteString.utf8("aa/o"))) {
      assertThat(object.base()).isEqualTo(second);
      assertThat(object.size()).isEqualTo(3);
      assertThat(object.isStill(object.stat().identity())).isTrue();
      assertThat(object).hasToString(second + "/aa/o");
    }
  }

  @Test
  void open_objectInNone_namesAllBaseDirectories() throws IOException {
    assertRefused("aa/o", "object aa/o: not in any base directory (%s, %s)", first, second);
    assertRefused("zz/o", "object zz/o: not in any base directory (%s, %s)", first, second);
  }

  @Test
  void open_nameOutsideAscii_isTakenAsBytes() throws IOException {
    byte[] name = {'o', (byte) 0xff};
    assertRefused(
        ByteString.copyOf(name),
        "object o\\xff: not in any base directory (%s, %s)",
        first,
        second);
  }

  @Test
  void open_fileAtTheTop_isFound() throws IOException {
    Files.writeString(first.resolve("o"), "top");
    assertThat(read("o")).isEqualTo("top");
  }

  @Test
  void open_deepPath_isFound() throws IOException {
    Files.createDirectories(first.resolve("a/b/c/d"));
    Files.writeString(first.resolve("a/b/c/d/o"), "deep");
    assertThat(read("a/b/c/d/o")).isEqualTo("deep");
  }

  @ParameterizedTest
  @CsvSource({
    "'',                ''",
    "/etc/passwd,       ''",
    "..,                ..",
    "../secret,         ..",
    "aa/../../secret,   ..",
    "aa/..,             ..",
    ".,                 .",
    "./aa/o,            .",
    "aa//o,             ''",
    "aa/o/,             ''",
    "/,                 ''",
  })
  void open_pathThatIsNotNamesOnly_isRefused(String path, String component) throws IOException {
    assertRefused(path, "object %s: found '%s' as a component, expected a name", path, component);
  }

  @Test
  void open_pathWithZeroByte_isRefused() throws IOException {
    Files.writeString(first.resolve("aa/o"), "one");
    assertRefused("aa/o\0x", "object aa/o\\x00x: found a path with a zero byte, expected none");
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 5000, 1 << 20})
  void open_pathTooLong_isRefusedWithAShortMessage(int length) throws IOException {
    assertRefused(
        "a".repeat(length),
        "object %s...: found a path of %d bytes, expected at most 4095",
        "a".repeat(200),
        length);
  }

  @Test
  void open_nameTooLong_isRefused() throws IOException {
    assertRefused("a".repeat(256), "object %s...: %s: File name too long", "a".repeat(200), first);
  }

  @Test
  void open_threeDots_isAName() throws IOException {
    Files.writeString(first.resolve("..."), "dots");
    assertThat(read("...")).isEqualTo("dots");
  }

  private void assertNotRegular(String found) throws IOException {
    Files.writeString(second.resolve("aa/o"), "must not be reached");
    assertRefused("aa/o", "object aa/o: %s: found %s, expected regular file", first, found);
  }

  @Test
  void open_fifo_isRefusedAtOnce() throws IOException {
    TestFiles.fifo(first.resolve("aa/o"));
    assertNotRegular("fifo");
  }

  @Test
  void open_directory_isRefused() throws IOException {
    Files.createDirectory(first.resolve("aa/o"));
    assertNotRegular("directory");
  }

  @Test
  void open_device_isRefused() throws IOException {
    TestFiles.device(first.resolve("aa/o"), 1, 5);
    assertNotRegular("character device");
  }

  @Test
  void open_socket_isRefused() throws IOException {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(first.resolve("aa/o")));
      assertNotRegular("socket");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../secret", "inside", "nowhere"})
  void open_symbolicLink_isRefusedWhereverItLeads(String target) throws IOException {
    Files.writeString(first.resolve("aa/inside"), "inside");
    Files.createSymbolicLink(first.resolve("aa/o"), Path.of(target));
    assertNotRegular("symbolic link");
  }

  @Test
  void open_parentThatIsALink_isRefused() throws IOException {
    Files.writeString(first.resolve("aa/o"), "one");
    Files.createSymbolicLink(first.resolve("bb"), Path.of("aa"));
    assertThatThrownBy(() -> read("bb/o"))
        .isInstanceOf(ObjectException.class)
        .hasMessageStartingWith("object bb/o: %s: ", first);
  }

  @Test
  void open_parentThatIsAFile_isRefused() throws IOException {
    Files.writeString(first.resolve("cc"), "file");
    assertRefused("cc/o", "object cc/o: %s: Not a directory", first);
  }

  @Test
  void open_baseReplacedAfterwards_staysTheOneItWas() throws IOException {
    Files.writeString(first.resolve("aa/o"), "one");
    Files.move(first, directory.resolve("moved"));
    Files.createDirectories(directory.resolve("first/aa"));
    Files.writeString(directory.resolve("first/aa/o"), "other");
    assertThat(read("aa/o")).isEqualTo("one");
  }

  @Test
  void read_partsAndPastTheEnd_givesWhatIsThere() throws IOException {
    Files.writeString(first.resolve("aa/o"), "0123456789");
    try (ObjectFile object = store.open(ByteString.utf8("aa/o"));
        Arena arena = Arena.ofConfined()) {
      byte[] bytes = new byte[6];
      assertThat(object.read(7, bytes, 1, 5)).isEqualTo(3);
      assertThat(bytes).containsExactly(0, '7', '8', '9', 0, 0);
      MemorySegment buffer = arena.allocate(4);
      assertThat(object.read(2, buffer)).isEqualTo(4);
      assertThat(buffer.toArray(JAVA_BYTE)).containsExactly('2', '3', '4', '5');
      assertThat(object.read(10, buffer)).isZero();
    }
  }

  @Test
  void read_afterClose_isAnError() throws IOException {
    Files.writeString(first.resolve("aa/o"), "0");
    ObjectFile object = store.open(ByteString.utf8("aa/o"));
    object.close();
    assertThatThrownBy(() -> object.read(0, new byte[1], 0, 1))
        .hasMessage("object aa/o: %s: read: Bad file descriptor", first);
  }

  @Test
  void store_missingBaseDirectory_closesTheOthersAndSaysWhich() throws IOException {
    long before = openDescriptors();
    assertThatThrownBy(() -> ObjectStore.open(List.of(first, directory.resolve("none"))))
        .isInstanceOf(FsException.class)
        .hasMessage("open '%s/none': No such file or directory", directory);
    assertThat(openDescriptors()).isEqualTo(before);
  }

  @Test
  void store_baseThatIsAFile_isRefused() {
    assertThatThrownBy(() -> ObjectStore.open(List.of(directory.resolve("secret"))))
        .hasMessage("open '%s/secret': Not a directory", directory);
  }

  @Test
  void store_withoutBaseDirectories_hasNothing() throws IOException {
    try (ObjectStore empty = ObjectStore.open(List.of())) {
      assertThat(empty.baseDirectories()).isEmpty();
      assertThatThrownBy(() -> empty.open(ByteString.utf8("o")))
          .hasMessage("object o: not in any base directory ()");
    }
  }
}
