package dev.jcomposefs.format.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DumpWriterTest {
  private static final String ROOT = "/ 4096 40755 2 0 0 0 1000.0 - - -\n";

  @Test
  void write_everyKind_isInCanonicalForm() throws IOException {
    String digest = "5a".repeat(32);
    String dump =
        "/ 27 41755 2 4294967295 7 0 -5.999999999 - - - user.b=\\x3d\\\\ user.a=\\x00\\x20\\xff\n"
            + "/a\\x20=\\n\\t\\r\\\\ 0 100644 1 0 0 0 0.1 - - -\n"
            + "/b 1 100600 4294967295 0 0 0 9223372036854775807.4294967295 - \\x2d -\n"
            + "/c 18446744073709551615 100600 1 0 0 0 -9223372036854775808.0 \\x2d - -\n"
            + "/d 0 40000 2 0 0 0 0.0 - - -\n"
            + "/d/- 5 100600 1 0 0 0 0.0 5a/%s - %s\n".formatted(digest.substring(2), digest)
            + "/e 1 120777 1 0 0 0 0.0 \\x2d - -\n"
            + "/f 0 20644 1 0 0 4294967295 0.0 - - -\n"
            + "/g 0 60644 1 0 0 0 0.0 - - -\n"
            + "/h 7 10644 1 0 0 0 0.0 - - -\n"
            + "/i 0 140644 1 0 0 0 0.0 - - - trusted.overlay.x=\n";

    assertThat(write(read(dump), Set.of())).isEqualTo(dump);
  }

  @Test
  void write_hardLinks_areLinksToTheFirstName() throws IOException {
    String dump =
        ROOT
            + "/b 0 @100644 - - - - - /d/f - -\n"
            + "/d 0 40755 2 0 0 0 0.0 - - -\n"
            + "/d/f 2 100644 3 1 2 0 3.4 - hi - user.a=1\n"
            + "/a\\x20 0 @100644 - - - - - /b - -\n";

    assertThat(write(read(dump), Set.of()))
        .isEqualTo(
            ROOT
                + "/a\\x20 2 100644 3 1 2 0 3.4 - hi - user.a=1\n"
                + "/b 2 @100644 3 1 2 0 3.4 /a\\x20 hi - user.a=1\n"
                + "/d 0 40755 2 0 0 0 0.0 - - -\n"
                + "/d/f 2 @100644 3 1 2 0 3.4 /a\\x20 hi - user.a=1\n");
  }

  @Test
  void write_filter_keepsTheRootAndWholeSubtreesOfThoseNames() throws IOException {
    String dump =
        ROOT
            + "/a 0 40755 2 0 0 0 0.0 - - -\n"
            + "/a/c 2 100644 2 0 0 0 0.0 - hi -\n"
            + "/b 0 40755 2 0 0 0 0.0 - - -\n"
            + "/b/a 0 40755 2 0 0 0 0.0 - - -\n"
            + "/b/a/x 0 @100644 - - - - - /a/c - -\n"
            + "/c 0 40755 2 0 0 0 0.0 - - -\n";

    assertThat(write(read(dump), Set.of(ByteString.utf8("b"), ByteString.utf8("none"))))
        .isEqualTo(
            ROOT
                + "/b 0 40755 2 0 0 0 0.0 - - -\n"
                + "/b/a 0 40755 2 0 0 0 0.0 - - -\n"
                + "/b/a/x 2 100644 2 0 0 0 0.0 - hi -\n");
  }

  @Test
  void write_longPathsAndContents_outgrowEveryBuffer() throws IOException {
    StringBuilder dump = new StringBuilder(ROOT);
    String path = "";
    for (int i = 0; i < 80; i++) {
      path += "/" + "\\x80".repeat(255);
      dump.append(path).append(" 0 40755 2 0 0 0 0.0 - - -\n");
    }

    assertThat(write(read(dump.toString()), Set.of())).isEqualTo(dump.toString());
  }

  private static String write(Tree tree, Set<ByteString> names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DumpWriter.write(tree, names, out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static Tree read(String dump) throws IOException {
    return DumpReader.read(
        new ByteArrayInputStream(dump.getBytes(StandardCharsets.ISO_8859_1)),
        "test.dump",
        DumpMode.STRICT);
  }
}
