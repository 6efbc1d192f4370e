package dev.jcomposefs.format.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DumpReaderTest {
  private static final String ROOT = "/ 4096 40755 2 0 0 0 1000.0 - - -\n";

  @Test
  void read_rootLine_hasEveryField() throws IOException {
    Directory root =
        read("/ 4096 41755 2 4294967295 7 0 -5.999999999 - - - user.b=2 user.a=\\x3d\\\\\n").root();

    assertThat(root.size()).isEqualTo(4096);
    assertThat(root.mode()).isEqualTo(041755);
    assertThat(root.nlink()).isEqualTo(2);
    assertThat(root.uid()).isEqualTo(-1);
    assertThat(root.gid()).isEqualTo(7);
    assertThat(root.mtimeSeconds()).isEqualTo(-5);
    assertThat(root.mtimeNanos()).isEqualTo(999_999_999);
    assertThat(root.xattrs()).hasToString("user.a==\\\\ user.b=2");
  }

  @Test
  void read_regularFiles_areOfTheKindThatContentAndSizeSay() throws IOException {
    String digest = "5A".repeat(32);
    Directory root =
        read(ROOT
                + "/a 5 100644 1 0 0 0 0.0 some/path hello -\n"
                + "/b 0 100644 1 0 0 0 0.0 some/path  -\n"
                + "/c 0 100644 1 0 0 0 0.0 some/path - %s\n".formatted(digest)
                + "/d 5 100644 1 0 0 0 0.0 some/path - %s\n".formatted(digest)
                + "/e 5 100644 1 0 0 0 0.0 - - -\n"
                + "/f 1 100644 1 0 0 0 0.0 - \\x2d -\n")
            .root();

    assertThat(((InlineFile) root.node(0)).content()).isEqualTo(ByteString.utf8("hello"));
    assertThat(root.node(1)).isInstanceOf(EmptyFile.class);
    assertThat(root.node(2)).isInstanceOf(EmptyFile.class);
    ExternalFile external = (ExternalFile) root.node(3);
    assertThat(external.path()).isEqualTo(ByteString.utf8("some/path"));
    assertThat(external.digest()).isEqualTo(Digest.parse(digest));
    assertThat(((ExternalFile) root.node(4)).path()).isNull();
    assertThat(((ExternalFile) root.node(4)).digest()).isNull();
    assertThat(((InlineFile) root.node(5)).content()).isEqualTo(ByteString.utf8("-"));
  }

  @Test
  void read_otherTypes_keepWhatTheyHave() throws IOException {
    Directory root =
        read(ROOT
                + "/a 9 120777 1 0 0 0 0.0 to\\x20here - -\n"
                + "/b 0 20644 1 0 0 1281 0.0 - - -\n"
                + "/c 0 60644 1 0 0 0 0.0 - - -\n"
                + "/d 2 10644 1 0 0 0 0.0 - hi -\n"
                + "/e 0 140644 1 0 0 0 0.0 - - -\n")
            .root();

    assertThat(((Symlink) root.node(0)).target()).isEqualTo(ByteString.utf8("to here"));
    assertThat(root.node(0).size()).isEqualTo(7);
    assertThat(((Device) root.node(1)).rdev()).isEqualTo(1281);
    assertThat(((Device) root.node(1)).isWhiteout()).isFalse();
    assertThat(((Device) root.node(2)).isWhiteout()).isFalse();
    assertThat(root.node(3).type()).isEqualTo(FileType.FIFO);
    assertThat(root.node(3).size()).isEqualTo(2);
    assertThat(root.node(4).type()).isEqualTo(FileType.SOCKET);
  }

  @Test
  void read_hardLinksInAnyOrder_leadToTheSameNode() throws IOException {
    Tree tree =
        read(
            ROOT
                + "/a 0 @120000 - - - - 0.0 /b - -\n"
                + "/b 0 @100644 - - - - - d//f\n"
                + "/d 0 40755 1 0 0 0 0.0 - - -\n"
                + "/d/f 0 100644 9 0 0 0 0.0 - - -\n");

    Node file = ((Directory) tree.root().node(2)).node(0);
    assertThat(file.nlink()).isEqualTo(9);
    assertThat(tree.root().node(0)).isSameAs(file);
    assertThat(tree.root().node(1)).isSameAs(file);
    assertThat(tree.linkCount()).isEqualTo(2);
  }

  @Test
  void read_loosePaths_areTakenAsTheCToolDoes() throws IOException {
    Directory root =
        read(ROOT
                + "rel 0 100644 1 0 0 0 0.0 - - -\n"
                + "//d 0 40755 1 0 0 0 0.0 - - -\n"
                + "/d/a 0 100644 1 0 0 0 0.0 - - -\n"
                + "/d///b 0 100644 1 0 0 0 0.0 - - -\n"
                + "/d\\x2fc 0 100644 1 0 0 0 0.0 - - -\n"
                + "/z\\x00ated 0 100644 1 0 0 0 0.0 - - -\n")
            .root();

    assertThat(root.find(ByteString.utf8("rel"))).isNotNull();
    assertThat(root.find(ByteString.utf8("z"))).isNotNull();
    assertThat(((Directory) root.node(0)).entryCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "007, 7",
    "+5, 5",
    "'\t\u000b5', 5",
    "-1, -1",
    "18446744073709551615, -1",
    "18446744073709551614, -2",
    "18446744073709551616, -1",
    "99999999999999999999999999, -1",
    "-18446744073709551615, 1",
    "-18446744073709551616, -1",
    "9223372036854775808, -9223372036854775808",
  })
  void read_number_isWhatStrtoullMakesOfIt(String text, long expected) throws IOException {
    Directory root = read("/ %s 40755 1 0 0 0 %s.0 - - -".formatted(text, text)).root();

    assertThat(root.size()).isEqualTo(expected);
    assertThat(root.mtimeSeconds()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'Invalid integer '", "-, Invalid integer -", "+, Invalid integer +",
    "'5\t', 'Invalid integer 5\t'", "0x5, Invalid integer 0x5", "--1, Invalid integer --1",
    "1a, Invalid integer 1a", "\u00e9, Invalid integer \u00e9"
  })
  void read_malformedNumber_isQuoted(String text, String expected) {
    for (int field = 1; field < 7; field++) {
      String[] fields = "/ 0 40755 1 5 0 0 0.0 - - -".split(" ");
      fields[field] = text;
      assertRefused(String.join(" ", fields) + "\n", DumpMode.COMPATIBLE, 1, expected);
    }
  }

  /** What is refused where the C tool goes on with undefined or wrong values. */
  static Stream<Arguments> refusedHere() {
    return Stream.of(
        Arguments.of("/a 5 100644 1 0 0 0 0.0 x - abc\n", "Invalid digest abc"),
        Arguments.of("/a 5 100644 1 0 0 0 0.0 x -\n", "Invalid digest "),
        Arguments.of(
            "/a 5 100644 1 0 0 0 0.0 x - %s\n".formatted("g".repeat(64)),
            "Invalid digest " + "g".repeat(64)),
        Arguments.of("/a 0 100644 1 1 g 0 0.0 - - -\n", "Invalid integer g"),
        Arguments.of("/a 0 100644 1 1 0 r 0.0 - - -\n", "Invalid integer r"),
        Arguments.of("/a 0 @100644 1 0 0 0 0.0 / - -\n", "Directories can't be hardlinked"));
  }

  @ParameterizedTest
  @MethodSource("refusedHere")
  void read_whatTheCToolGetsWrong_isRefused(String line, String expected) {
    assertRefused(ROOT + line, DumpMode.COMPATIBLE, 2, expected);
  }

  @Test
  void read_digestThatIsNotStored_isNotLookedAt() throws IOException {
    Tree tree = read(ROOT + "/a 0 100644 1 0 0 0 0.0 x - abc\n" + "/b 0 40755 1 0 0 0 0.0\n");

    assertThat(tree.nodeCount()).isEqualTo(3);
  }

  @Test
  void read_linkChainToADirectory_isRefused() {
    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() ->
            read(
                ROOT
                    + "/a 0 @100644 1 0 0 0 0.0 /b - -\n"
                    + "/b 0 @100644 1 0 0 0 0.0 /c - -\n"
                    + "/c 0 @100644 1 0 0 0 0.0 /d - -\n"
                    + "/d 0 40755 1 0 0 0 0.0 - - -\n"));
  }

  @Test
  void read_linesAcrossBufferEnds_areWhole() throws IOException {
    StringBuilder dump = new StringBuilder(ROOT);
    int files = 20_000;
    for (int i = 0; i < files; i++) {
      dump.append("/%05d 3 100644 1 0 0 0 %d.5 - a\\x20b - user.k=%d\n".formatted(i, i, i % 9));
    }

    Directory root =
        DumpReader.read(
                new Dribble(dump.toString().getBytes(StandardCharsets.ISO_8859_1)),
                "dribble",
                DumpMode.STRICT)
            .root();

    assertThat(root.entryCount()).isEqualTo(files);
    for (int i = 0; i < files; i++) {
      assertThat(root.name(i)).isEqualTo(ByteString.utf8("%05d".formatted(i)));
      assertThat(root.node(i).mtimeSeconds()).isEqualTo(i);
      assertThat(root.node(i).xattrs()).hasToString("user.k=" + i % 9);
      assertThat(root.node(i).xattrs()).isSameAs(root.node(i % 9).xattrs());
    }
  }

  @Test
  void read_xattrsMadeToCollide_takesNoQuadraticTime() throws IOException {
    StringBuilder dump = new StringBuilder(ROOT);
    int files = 1 << 15;
    for (int i = 0; i < files; i++) {
      dump.append("/%05d 0 100644 1 0 0 0 0.0 - - - user.a=".formatted(i));
      for (int bit = 0; bit < 15; bit++) {
        // Both have the same hash.
        dump.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      dump.append('\n');
    }

    Directory root = read(dump.toString()).root();

    assertThat(root.node(0).xattrs()).hasToString("user.a=" + "Aa".repeat(15));
    assertThat(root.node(files - 1).xattrs()).hasToString("user.a=" + "BB".repeat(15));
  }

  @Test
  void read_lineWithoutEnd_isRefusedBeforeMemoryIsFull() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }

          @Override
          public int read(byte[] into, int from, int length) {
            Arrays.fill(into, from, from + length, (byte) 'a');
            return length;
          }
        };

    assertThatExceptionOfType(DumpFormatException.class)
        .isThrownBy(() -> DumpReader.read(endless, "endless", DumpMode.COMPATIBLE))
        .withMessage("endless: line 1: Line exceeds maximum 16777216");
  }

  @Test
  void read_wrongLine_namesSourceAndLine() {
    assertThatExceptionOfType(DumpFormatException.class)
        .isThrownBy(() -> read(ROOT + "/a 0 100644 1 0 0 0 0.0 - - -\n/b/c\n"))
        .withMessage("test.dump: line 3: Invalid integer ");
  }

  private static void assertRefused(String dump, DumpMode mode, long line, String text) {
    assertThatExceptionOfType(DumpFormatException.class)
        .isThrownBy(() ->
            DumpReader.read(
                new ByteArrayInputStream(dump.getBytes(StandardCharsets.ISO_8859_1)),
                "test.dump",
                mode))
        .satisfies(e -> {
          assertThat(e.text()).isEqualTo(text);
          assertThat(e.line()).isEqualTo(line);
        });
  }

  private static Tree read(String dump) throws IOException {
    return DumpReader.read(
        new ByteArrayInputStream(dump.getBytes(StandardCharsets.ISO_8859_1)),
        "test.dump",
        DumpMode.COMPATIBLE);
  }

  /** Gives between 1 and 13 bytes at a time, as a slow pipe does. */
  private static final class Dribble extends InputStream {
    private final byte[] bytes;
    private int at;

    Dribble(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return at == bytes.length ? -1 : bytes[at++] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      if (at == bytes.length) {
        return -1;
      }
      int count = Math.min(Math.min(length, 1 + at % 13), bytes.length - at);
      System.arraycopy(bytes, at, into, from, count);
      at += count;
      return count;
    }
  }
}
