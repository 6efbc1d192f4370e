package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.dropin.ProgramRun.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MkcomposefsTest {
  private static final byte[] DUMP =
      "/ 0 40755 2 0 0 0 0.0 - - -\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path work;

  private static Result run(String line) {
    return ProgramRun.of("/somewhere/mkcomposefs")
        .input(DUMP)
        .run((Object[]) (line.isEmpty() ? new String[0] : line.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', No source path specified",
    "--print-digest-only, No source path specified",
    "a, No destination path specified",
    "a b c, Too many arguments",
    "--print-digest-only a b, Cannot specify destination path with --print-digest-only",
  })
  void run_wrongOperands_saysSoAndShowsTheUsage(String line, String text) {
    Result result = run(line);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith(text + "\nUsage: mkcomposefs [OPTIONS] SOURCE IMAGE\nOptions:\n  --digest-")
        .contains("\n  --print-digest-only   ", "\n  --threads=N           ", "(default=");
  }

  @ParameterizedTest
  @CsvSource({"--help", "-C", "-R", "--print-dig", "--use-epoch=1", "a --frob b"})
  void run_unknownOption_showsTheUsageOnly(String line) {
    Result result = run(line);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("Usage: mkcomposefs ").hasLineCount(13);
  }

  @ParameterizedTest
  @CsvSource({
    "--digest-store, option needs a value",
    "--min-version=x --frob, Invalid min version x",
    "--max-version=, 'Invalid max version '",
    "--threads 0, Invalid threads count 0",
    "--threads 1k, Invalid threads count 1k",
    "'--from-file  img', mkcomposefs: Empty source path specified",
    "--from-file missing /dev/null, mkcomposefs: open `missing`: No such file or directory",
    "--from-file --min-version=2 - -, mkcomposefs: cannot write file: Invalid argument",
    "--from-file --min-version=-1 - -, mkcomposefs: cannot write file: Invalid argument",
    "missing /dev/null, mkcomposefs: error accessing missing: No such file or directory",
    "pom.xml /dev/null, mkcomposefs: cannot write file: Not a directory",
    "--skip-xattrs --user-x src -, mkcomposefs: error accessing src: Invalid argument",
    "missing missing/image, 'mkcomposefs: failed to open output file: No such file or directory'",
    "missing src, mkcomposefs: failed to open output file: Is a directory",
    "--digest-store=pom.xml src -, mkcomposefs: cannot fill store: Not a directory",
    "--from-file - /dev/full, mkcomposefs: cannot write file: No space left on device",
  })
  void run_whatCannotBeDone_failsInTheWordsOfTheTool(String line, String text) {
    Result result = run(line);

    assertThat(result.err()).isEqualTo(text + "\n");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void run_imageToTerminal_isRefused() {
    Result result = ProgramRun.of("mkcomposefs").onTerminal().run("--from-file", "-", "-");

    assertThat(result.err()).isEqualTo("mkcomposefs: stdout is a tty.  Refusing to use it\n");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void run_imageToStdout_isFollowedByItsDigest() throws IOException {
    Path image = work.resolve("image");
    run("--from-file - " + image);
    String digest = run("--from-file --print-digest-only -").out();

    Result result = run("--from-file --print-digest - -");

    assertThat(digest).matches("[0-9a-f]{64}\n");
    assertThat(result.out())
        .isEqualTo(new String(Files.readAllBytes(image), StandardCharsets.ISO_8859_1) + digest);
  }

  @Test
  void run_directory_storesItsFilesAndShowsThem() throws IOException {
    Path tree = Files.createDirectory(work.resolve("tree"));
    Files.writeString(tree.resolve("small"), "small");
    Files.writeString(tree.resolve("large"), "large".repeat(20));
    Files.createLink(tree.resolve("link"), tree.resolve("large"));
    Path store = work.resolve("made/store");
    Path image = work.resolve("image");

    Result made =
        ProgramRun.of("mkcomposefs")
            .run("--digest-store", store, "--use-epoch", "--skip-xattrs", tree, image);

    assertThat(made.err()).isEmpty();
    assertThat(made.status()).isZero();
    String object = ProgramRun.of("composefs-info").run("objects", image).out().strip();
    assertThat(store.resolve(object)).hasContent("large".repeat(20));
    assertThat(ProgramRun.of("composefs-info").run("ls", image).out())
        .isEqualTo("/large\t@ %1$s\n/link\t@ %1$s\n/small\n".formatted(object));
    assertThat(ProgramRun.of("composefs-info").run("dump", "--filter=small", image).out())
        .endsWith(" 0.0 - small -\n")
        .hasLineCount(2);
  }

  @Test
  void run_imageBehindSymbolicLink_isReplacedAndTheLinkStays() throws IOException {
    Path image = Files.writeString(work.resolve("image"), "old");
    Path link = Files.createSymbolicLink(work.resolve("link"), Path.of("image"));

    assertThat(run("--from-file - " + link).status()).isZero();

    assertThat(link).isSymbolicLink();
    assertThat(Files.size(image)).isGreaterThan(4000);
    assertThat(work).isDirectoryNotContaining("glob:**/.tmp*");
  }

  @Test
  void run_failure_leavesTheOldImage() throws IOException {
    Path image = Files.writeString(work.resolve("image"), "old");

    Result result = ProgramRun.of("mkcomposefs").run("--from-file", "-", image);

    assertThat(result.err()).isEqualTo("mkcomposefs: No files in dump file\n");
    assertThat(image).hasContent("old");
  }
}
