package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.cli.dropin.ProgramRun.Result;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountComposefsTest {
  private static Result run(String line) {
    return ProgramRun.of("/sbin/mount.composefs").run((Object[]) line.split(" ", -1));
  }

  @Test
  void run_helpAsked_showsTheUsageOnStderrWithStatus0() {
    Result result = run("-h");

    assertThat(result.status()).isZero();
    assertThat(result.err()).startsWith("usage: mount.composefs ");
  }

  @Test
  void run_fake_looksAtEverythingAndMountsNothing() {
    assertThat(run("-f -o basedir=. pom.xml .").status()).isZero();
    assertThat(run("-f -o basedir=. none .").err())
        .isEqualTo("mount.composefs: Failed to open none: No such file or directory\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "-v, No source path specified",
    "a, No mount path specified",
    "a b, No object dirs specified",
    "-o ro -n a b c, No object dirs specified",
    "-x a b, mount.composefs: invalid option -- 'x'",
  })
  void run_misuse_saysSoAndShowsTheUsage(String line, String text) {
    Result result = run(line);

    assertThat(result.err()).startsWith(text + "\nusage: mount.composefs ");
    assertThat(result.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "-t erofs a b             | Unsupported fs type 'erofs'",
        "-o basedir a b           | No value specified for basedir option",
        "-o basedir=x,defaults a b | Unsupported option defaults",
        "-o basedir=x::y a b      | Value for basedir option has incorrect format",
        "-o basedir= a b          | Value for basedir option has incorrect format",
        "-o basedir=x,workdir=y a b | Both workdir and upperdir must be specified if used",
        "-o frob -o basedir=. none b | Failed to open none: No such file or directory",
        "-o basedir=.,digest= pom.xml . | Failed to mount composefs pom.xml: Invalid argument",
        "-o basedir=.,digest=ab pom.xml . | Failed to mount composefs pom.xml: Invalid argument",
        "-o basedir=. pom.xml .   | Failed to mount composefs pom.xml: Invalid argument",
        "-o basedir=.,idmap=none pom.xml . | Failed to open userns none: No such file or directory",
        "-o basedir=.,driver=frob pom.xml . | Value for driver option has incorrect format",
        "-o basedir=.,driver=kernel pom.xml . | Failed to mount composefs pom.xml: Invalid argument",
      })
  void run_whatCannotBeDone_failsInTheWordsOfTheTool(String line, String text) {
    Result result = run(line);

    assertThat(result.err()).isEqualTo("mount.composefs: %s\n\n".formatted(text));
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void parse_escapedValue_losesItsBackslashes() throws ProgramFailure, FsException {
    MountOptions options =
        MountComposefsOptions.parse("verity=1,basedir=a\\,b:c\\\\d,rw").forFuse(true);

    assertThat(options.content().baseDirectories())
        .containsExactly(Path.of("a,b"), Path.of("c\\d"));
    assertThat(options.content().verification()).isEqualTo(VerifyPolicy.REQUIRE);
    assertThat(options.kernel().allowOther()).isTrue();
  }

  @Test
  void forFuse_digest_impliesVerity() throws ProgramFailure, FsException {
    String hex = "5A".repeat(32);
    MountOptions options = MountComposefsOptions.parse("basedir=a,digest=" + hex).forFuse(false);

    assertThat(options.content().digest()).hasToString("5a".repeat(32));
    assertThat(options.content().verification()).isEqualTo(VerifyPolicy.REQUIRE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5a", "zz"})
  void forFuse_malformedDigest_isRefused(String hex) throws ProgramFailure {
    MountComposefsOptions options = MountComposefsOptions.parse("basedir=a,digest=" + hex);

    assertThatThrownBy(() -> options.forFuse(true))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }
}
