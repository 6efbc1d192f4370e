package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.jcomposefs.cli.dropin.Getopt.Given;
import dev.jcomposefs.cli.dropin.Getopt.Option;
import dev.jcomposefs.format.error.FsException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any command line either is understood or refused in words, whatever it is made of. */
class RandomCommandLineTest {
  private static final int RUNS = 20_000;

  private static final String[] PIECES = {
    "-",
    "--",
    "-o",
    "-f",
    "-t",
    "-ofoo",
    "=",
    ",",
    "\\",
    ":",
    "basedir",
    "basedir=/x",
    "digest=",
    "verity",
    "upperdir=u",
    "workdir=w",
    "idmap=",
    "driver=kernel",
    "driver=",
    "noacl",
    "source=i",
    "ro",
    "--filter",
    "--fil=a",
    "--b",
    "\u00e9",
    "/x",
    "a:b",
    "composefs",
    " "
  };

  private static final List<Option> OPTIONS =
      List.of(
          new Option("basedir", true),
          new Option("filter", true),
          new Option("f", false),
          new Option("o", true));

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private String word() {
    StringBuilder word = new StringBuilder();
    for (int pieces = random.nextInt(6); pieces >= 0; pieces--) {
      word.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return word.toString();
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    for (int count = random.nextInt(8); count > 0; count--) {
      words.add(random.nextBoolean() ? PIECES[random.nextInt(PIECES.length)] : word());
    }
    return words;
  }

  @Test
  void getopt_anyWords_areOptionsAndOperandsOrRefused() {
    for (int i = 0; i < RUNS; i++) {
      List<String> words = words();
      assertThatCode(() -> read(words)).as("seed %d: %s", seed, words).doesNotThrowAnyException();
    }
  }

  private static void read(List<String> words) {
    Getopt options = new Getopt(OPTIONS, words);
    try {
      for (Given given = options.next(); given != null; given = options.next()) {
        assertThat(OPTIONS).extracting(Option::name).contains(given.name());
      }
      assertThat(options.operands()).allMatch(words::contains);
    } catch (BadOptionException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String text(ProgramFailure failure) {
    return new String(failure.text().toByteArray(), StandardCharsets.UTF_8);
  }

  @Test
  void mountComposefs_anyOptions_areUnderstoodOrRefused() {
    for (int i = 0; i < RUNS; i++) {
      String text = word();
      assertThatCode(() -> readMount(text))
          .as("seed %d: %s", seed, text)
          .doesNotThrowAnyException();
    }
  }

  private static void readMount(String text) {
    try {
      MountComposefsOptions options = MountComposefsOptions.parse(text);
      assertThat(options.forFuse(true).content().baseDirectories())
          .isEqualTo(options.baseDirectories());
      assertThat(options.forKernel().objects()).hasSameSizeAs(options.baseDirectories());
    } catch (ProgramFailure e) {
      assertThat(text(e)).startsWith("mount.composefs: ").endsWith("\n\n");
    } catch (FsException e) {
      assertThat(e.getMessage()).contains("digest");
    }
  }

  @Test
  void composefsFuse_anyWords_areUnderstoodOrRefused() {
    for (int i = 0; i < RUNS; i++) {
      List<String> words = words();
      assertThatCode(() -> readFuse(words))
          .as("seed %d: %s", seed, words)
          .doesNotThrowAnyException();
    }
  }

  private static void readFuse(List<String> words) {
    try {
      ComposefsFuseOptions options = ComposefsFuseOptions.parse(words);
      String mountPoint = options.mountPoint();
      assertThat(mountPoint == null || words.contains(mountPoint)).isTrue();
    } catch (ProgramFailure e) {
      assertThat(text(e)).matches("(?s)(fuse|composefs-fuse): .*\n");
    }
  }
}
