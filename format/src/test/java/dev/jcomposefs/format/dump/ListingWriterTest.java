package dev.jcomposefs.format.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ListingWriterTest {
  private static final String DUMP =
      """
      / 4096 40755 2 0 0 0 1000.0 - - -
      /a\\x20=\\n 0 100644 1 0 0 0 0.0 - - -
      /d 0 40755 2 0 0 0 0.0 - - -
      /d/ext 5 100644 2 0 0 0 0.0 ab/c\\x20d - -
      /d/in 2 100644 1 0 0 0 0.0 - hi -
      /e 0 @100644 - - - - - /d/ext
      /lost 5 100644 1 0 0 0 0.0 - - -
      /to 1 120777 2 0 0 0 0.0 \\xff\\x20 - -
      /to2 0 @120777 - - - - - /to
      """;

  private static String list(String... names) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Set<ByteString> filter = Arrays.stream(names).map(ByteString::utf8).collect(Collectors.toSet());
    ListingWriter.write(
        DumpReader.read(
            new ByteArrayInputStream(DUMP.getBytes(StandardCharsets.ISO_8859_1)),
            "dump",
            DumpMode.COMPATIBLE),
        filter,
        out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void write_everyKind_isAsTheToolHasIt() throws IOException {
    assertThat(list())
        .isEqualTo(
            """
            /a =\\n
            /d/\t
            /d/ext\t@ ab/c\\x20d
            /d/in
            /e
            /lost
            /to\t-> \\xff\\x20
            /to2
            """);
  }

  @Test
  void write_filter_keepsWholeSubtreesOfThoseNames() throws IOException {
    assertThat(list("e", "to", "ext")).isEqualTo("/e\t@ ab/c\\x20d\n/to\t-> \\xff\\x20\n");
  }
}
