package dev.jcomposefs.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.source.TreeSource;
import dev.jcomposefs.cli.source.TreeSource.Form;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ConvertCommandTest {
  private static final String DIGEST = "5a".repeat(32);

  /** In canonical form, with all sizes and link counts as writers make them. */
  private static final String DUMP =
      """
      / 27 40755 2 0 0 0 1000.0 - - -
      /empty 0 100644 1 0 0 0 1000.0 - - - user.a=b
      /external 5000 100600 1 1 2 0 1000.0 5a/%s - %s
      /link 8 120777 1 0 0 0 1000.0 external - -
      """
          .formatted(DIGEST.substring(2), DIGEST);

  @TempDir private Path work;

  private final StringWriter err = new StringWriter();
  private Path dump;

  @BeforeEach
  void writeDump() throws IOException {
    dump = Files.writeString(work.resolve("a.dump"), DUMP);
  }

  private int convert(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    return new CommandLine(new ConvertCommand()).setErr(new PrintWriter(err, true)).execute(words);
  }

  @ParameterizedTest
  @CsvSource({"erofs-v0, EROFS", "erofs-v1, EROFS", "erofs-v2, EROFS", "descriptor, DESCRIPTOR"})
  void convert_thereAndBack_keepsAllThatBothHold(String format, Form form) throws IOException {
    Path image = work.resolve("image");
    Path back = work.resolve("back");

    assertThat(convert("--to", format, dump, image)).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(TreeSource.read(image).form()).isEqualTo(form);
    assertThat(convert("--to=dump", image, back)).isZero();

    assertThat(withoutFirstLine(Files.readString(back))).isEqualTo(withoutFirstLine(DUMP));
  }

  /** The root's size is what a format makes it. */
  private static String withoutFirstLine(String text) {
    return text.substring(text.indexOf('\n'));
  }

  @Test
  void convert_noFormat_choosesAsMkcomposefsDoes() throws IOException {
    Path plain = work.resolve("plain");
    Path withWhiteout = work.resolve("whiteout");
    convert(dump, plain);
    Files.writeString(dump, DUMP + "/white 0 20000 1 0 0 0 0.0 - - -\n");
    convert(dump, withWhiteout);

    assertThat(Files.readAllBytes(plain)[12]).isZero();
    assertThat(Files.readAllBytes(withWhiteout)[12]).isEqualTo((byte) 1);
  }

  @Test
  void convert_whatTheTargetCannotHold_isSaid() throws IOException {
    Files.writeString(
        dump,
        DUMP.replace("/link 8 120777 1 0 0 0 1000.0", "/link 8 120777 3 0 0 0 1.5")
            + "/w 0 20000 1 0 0 0 0.0 - - -\n");
    Path descriptor = work.resolve("descriptor");

    assertThat(convert("--to", "descriptor", dump, descriptor)).isZero();
    assertThat(convert("--to", "erofs-v0", descriptor, work.resolve("image"))).isZero();
    assertThat(convert("--to", "erofs-v2", dump, work.resolve("v2"))).isZero();

    assertThat(err.toString().lines())
        .containsExactly(
            "jcfs: warning: %s: descriptor: the link counts of 1 files become the numbers of their"
                    .formatted(descriptor)
                + " names",
            "jcfs: warning: %s: descriptor: 1 whiteouts become character devices 0:0, which a mount"
                    .formatted(descriptor)
                + " shows",
            "jcfs: warning: %s/image: erofs-v0: has no place for change times".formatted(work),
            "jcfs: warning: %s/v2: erofs-v2: the link counts of 1 files become the numbers of their"
                    .formatted(work)
                + " names",
            "jcfs: warning: %s/v2: erofs-v2: has no place for the nanoseconds of 1 modification"
                    .formatted(work)
                + " times");
  }

  @Test
  void convert_contentThatTheTargetCannotHold_failsAndLeavesNothing() throws IOException {
    Files.writeString(dump, DUMP + "/z 2 100644 1 0 0 0 0.0 - hi -\n");

    assertThat(convert("--to", "descriptor", dump, work.resolve("descriptor"))).isNotZero();

    assertThat(err.toString()).contains("a descriptor holds none");
    assertThat(work.toFile().list()).containsExactly("a.dump");
  }
}
