package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.dropin.ProgramRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposefsDumpTest {
  @TempDir private Path work;

  @ParameterizedTest
  @ValueSource(strings = {"00-worked-example.dump", "19-whiteouts.v0", "19-whiteouts.v1"})
  void run_image_isWrittenAnewInTheSameBytes(String recorded) throws IOException {
    Path image = work.resolve("image");
    Path copy = work.resolve("copy");
    String version = recorded.endsWith("1") ? "--min-version=1" : "--max-version=0";
    ProgramRun.of("mkcomposefs")
        .input(Recorded.dumpOf(recorded))
        .run("--from-file", version, "-", image);

    Result result = ProgramRun.of("composefs-dump").run(image, copy, "ignored");

    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(copy).hasSameBinaryContentAs(image);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"              | No source path specified",
        "a                 | No destination path specified",
      })
  void run_misuse_saysSoAndShowsTheUsage(String line, String text) {
    Result result =
        ProgramRun.of("x/composefs-dump")
            .run((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));

    assertThat(result.err()).isEqualTo(text + "\nusage: x/composefs-dump SRC DEST\n");
    assertThat(result.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "none x        | Failed to open 'none': No such file or directory",
        "src x         | Failed to load 'src': No such device",
        "pom.xml x     | Failed to get image version 'pom.xml': Invalid argument",
        "CUT x         | Failed to load 'CUT': Invalid argument",
        "IMAGE none/x  | failed to open 'none/x': No such file or directory",
        "IMAGE /dev/full | cannot write file: No space left on device",
      })
  void run_whatCannotBeDone_failsInTheWordsOfTheTool(String line, String text) throws IOException {
    Path image = work.resolve("image");
    ProgramRun.of("mkcomposefs")
        .input(Recorded.dumpOf("00-worked-example.dump"))
        .run("--from-file", "-", image);

    Path cut = Files.write(work.resolve("cut"), Arrays.copyOf(Files.readAllBytes(image), 5000));

    Result result =
        ProgramRun.of("composefs-dump")
            .run(
                (Object[])
                    line.replace("IMAGE", image.toString())
                        .replace("CUT", cut.toString())
                        .split(" ", -1));

    assertThat(result.err())
        .isEqualTo("composefs-dump: %s\n".formatted(text.replace("CUT", cut.toString())));
    assertThat(result.status()).isEqualTo(1);
  }
}
