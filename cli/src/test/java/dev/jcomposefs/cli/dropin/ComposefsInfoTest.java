package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.dropin.ProgramRun.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposefsInfoTest {
  private static final String DUMP =
      """
      / 0 40755 2 0 0 0 0.0 - - -
      /a 5 100644 1 0 0 0 0.0 /b/x - -
      /b 5 100644 1 0 0 0 0.0 a\\xff - -
      /c 5 100644 1 0 0 0 0.0 b/x - -
      /d 0 40755 2 0 0 0 0.0 - - -
      /d/e 5 100644 1 0 0 0 0.0 z - -
      """;

  @TempDir private Path work;

  private Path image;

  @BeforeEach
  void makeImage() {
    image = work.resolve("image");
    Result made =
        ProgramRun.of("mkcomposefs")
            .input(DUMP.getBytes(StandardCharsets.US_ASCII))
            .run("--from-file", "-", image);
    assertThat(made.err()).isEmpty();
  }

  private Result run(Object... arguments) {
    return ProgramRun.of("/bin/composefs-info").run(arguments);
  }

  @Test
  void objects_severalImages_areEachOnceInOrderAndRaw() {
    assertThat(run("objects", image, image).out()).isEqualTo("/b/x\na\u00ff\nb/x\nz\n");
    assertThat(run("objects", image, "--filter", "d", "--fil=a").out()).isEqualTo("/b/x\nz\n");
  }

  @Test
  void missingObjects_baseDirectory_countsWhateverHasTheName() throws IOException {
    Path base = work.resolve("base");
    Files.createDirectories(base.resolve("b/x"));
    Files.createSymbolicLink(base.resolve("z"), Path.of("nowhere"));

    Result found = run("missing-objects", "--basedir", base, image);

    assertThat(found.out()).isEqualTo("a\u00ff\nz\n");
    assertThat(found.status()).isZero();
    assertThat(run("missing-objects", image).out()).isEqualTo("/b/x\na\u00ff\nb/x\nz\n");
  }

  @Test
  void ls_severalImages_followEachOther() {
    String listing = run("ls", image).out();

    assertThat(listing).isEqualTo("/a\t@ /b/x\n/b\t@ a\\xff\n/c\t@ b/x\n/d/\t\n/d/e\t@ z\n");
    Result both = run("ls", image, work.resolve("none"));
    assertThat(both.out()).isEqualTo(listing);
    assertThat(both.status()).isEqualTo(1);
  }

  @Test
  void objects_oneImageFails_printsNone() {
    assertThat(run("objects", image, work.resolve("none")).out()).isEmpty();
  }

  @Test
  void measureFile_emptyFile_hasTheDigestThatTheKernelGivesIt() throws IOException {
    Path empty = Files.createFile(work.resolve("empty"));

    Result measured = run("measure-file", empty, work.resolve("none"));

    assertThat(measured.out())
        .isEqualTo("3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95\n");
    assertThat(measured.err())
        .isEqualTo("failed to measure '%s/none': No such file or directory".formatted(work));
    assertThat(measured.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ls none              | Failed to open 'none': No such file or directory",
        "ls pom.xml/x         | Failed to open 'pom.xml/x': Not a directory",
        "dump pom.xml         | Failed to load 'pom.xml': Invalid argument",
        "ls /dev/null         | Failed to load '/dev/null': No such device",
        "objects src          | Failed to load 'src': No such device",
        "frob                 | Unknown command 'frob'~",
        "--basedir=none ls a  | Can't open basedir `none`~: No such file or directory",
        "ls --filter=a/b a    | Filter must be a single name: a/b: Success",
      })
  void run_whatCannotBeDone_failsInTheWordsOfTheTool(String line, String text) {
    Result result = run((Object[]) line.split(" ", -1));

    assertThat(result.err()).isEqualTo("composefs-info: %s\n".formatted(text.replace('~', '\n')));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "--basedir=., No command specified, \"\"",
        "ls, No image path specified, \"\"",
        "measure-file, No files specified, \"\"",
        "--x, composefs-info: unrecognized option '--x', Def",
        "ls --basedir, composefs-info: option '--basedir' requires an argument, Def",
        "-h, composefs-info: invalid option -- 'h', Def",
      })
  void run_misuse_saysSoAndShowsTheUsage(String line, String text, String out) {
    Result result = run((Object[]) line.split(" ", -1));

    assertThat(result.err())
        .isEqualTo(
            text
                + "\nusage: /bin/composefs-info [--basedir=path]"
                + " [ls|objects|dump|missing-objects|measure-file] IMAGES...\n");
    assertThat(result.out().strip()).isEqualTo(out);
    assertThat(result.status()).isEqualTo(1);
  }
}
