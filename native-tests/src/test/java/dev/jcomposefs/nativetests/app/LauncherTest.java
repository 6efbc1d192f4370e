package dev.jcomposefs.nativetests.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Requirement;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/jcfs}: where it finds itself and a JDK, and what it hands on. */
class LauncherTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;

  private static Command.Result run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    return Command.run(PATIENCE, environment, List.of(command));
  }

  /** A JDK that says a version, and prints its arguments when it is run. */
  private Path fakeJdk(String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve("jdk " + version));
    Files.writeString(
        home.resolve("release"),
        """
        IMPLEMENTOR="nobody"
        JAVA_VERSION="%s"
        """
            .formatted(version));
    Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  /** A copy of the application that may be damaged. */
  private Path copy() throws IOException, InterruptedException {
    Path copy = directory.resolve("a copy of jcfs");
    Command.mustRun("cp", "-a", Jcfs.directory().toString(), copy.toString());
    return copy;
  }

  @Test
  void version_asked_isOneLineOnStdout() throws Exception {
    Command.Result result = Jcfs.run("--version");
    assertThat(result.status()).isZero();
    assertThat(result.text()).matches("jcfs \\d+\\.\\d+\\.\\d+\\S*\n");
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void start_throughChainOfLinksFromElsewhere_works() throws Exception {
    Path first =
        Files.createSymbolicLink(
            directory.resolve("first"), Path.of(Jcfs.launcher()).toAbsolutePath());
    Path second = Files.createSymbolicLink(directory.resolve("second"), first.getFileName());
    Command.Result result =
        run(Map.of(), "sh", "-c", "cd / && exec \"$1\" --version", "sh", second.toString());
    assertThat(result.errors()).isEmpty();
    assertThat(result.text()).startsWith("jcfs ");
  }

  @Test
  void start_movedElsewhere_works() throws Exception {
    Command.Result result = run(Map.of(), copy().resolve("bin/jcfs").toString(), "--version");
    assertThat(result.errors()).isEmpty();
    assertThat(result.text()).startsWith("jcfs ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "empty", "damaged", "older jars"})
  void start_aotCacheThatDoesNotFit_isSilent(String fault) throws Exception {
    Path copy = copy();
    Path cache = copy.resolve("lib/jcfs.aot");
    switch (fault) {
      case "missing" -> Files.delete(cache);
      case "empty" -> Files.write(cache, new byte[0]);
      case "damaged" -> Files.write(cache, new byte[1 << 20]);
      default -> Command.mustRun("touch", copy.resolve("lib/jcfs.jar").toString());
    }
    Command.Result result = run(Map.of(), copy.resolve("bin/jcfs").toString(), "--version");
    assertThat(result.status()).isZero();
    assertThat(result.text()).startsWith("jcfs ").hasLineCount(1);
    assertThat(result.errors()).isEmpty();
  }

  /** As an upgrade does it that forgets the caches, even if it keeps the times of files. */
  @ParameterizedTest
  @ValueSource(strings = {"now", "as before"})
  void start_otherClassesInTheJar_areTheOnesThatRun(String time) throws Exception {
    Path copy = copy();
    Path jar = copy.resolve("lib/jcfs.jar");
    FileTime before = Files.getLastModifiedTime(jar);
    try (FileSystem classes = FileSystems.newFileSystem(jar)) {
      Files.delete(classes.getPath("dev/jcomposefs/cli/Jcfs.class"));
    }
    if (time.equals("as before")) {
      Files.setLastModifiedTime(jar, before);
    }
    Command.Result result = run(Map.of(), copy.resolve("bin/jcfs").toString(), "--version");
    assertThat(result.status()).isNotZero();
    assertThat(result.errors()).contains("dev.jcomposefs.cli.Jcfs");
  }

  @Test
  void start_asPackaged_takesPicocliFromTheAotCache() throws Exception {
    Path log = directory.resolve("classes.log");
    Command.Result result =
        run(Map.of("JCFS_JAVA_OPTS", "-Xlog:class+load:file=" + log), Jcfs.launcher(), "--version");
    assertThat(result.status()).isZero();
    assertThat(Files.readAllLines(log))
        .filteredOn(line -> line.contains(" picocli.CommandLine source:"))
        .singleElement()
        .asString()
        .endsWith("shared objects file");
  }

  /** Each that is missing is written as a class, at every start, and there are dozens. */
  @Test
  void start_ofMount_findsAllFormsOfMethodHandlesInTheAotCache() throws Exception {
    Command.Result result =
        run(
            Map.of("JCFS_JAVA_OPTS", "-Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true"),
            Jcfs.launcher(),
            "mount",
            "-f",
            directory.resolve("missing").toString(),
            directory.toString());
    assertThat(result.text()).contains("[LF_RESOLVE]").doesNotContain("(fail)");
  }

  @Test
  void java_tooOldInJavaHome_isPassedOverWithoutStartingIt() throws Exception {
    Command.Result result =
        run(Map.of("JAVA_HOME", fakeJdk("24.0.2").toString()), Jcfs.launcher(), "--version");
    assertThat(result.text()).startsWith("jcfs ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.1", "26-ea", "100.1"})
  void java_newEnoughInJavaHome_isStarted(String version) throws Exception {
    Command.Result result =
        run(Map.of("JAVA_HOME", fakeJdk(version).toString()), Jcfs.launcher(), "one two", "*", "");
    assertThat(result.text()).contains("-cp\n").endsWith("\none two\n*\n\n");
  }

  @Test
  void java_namedForJcfs_goesBeforeAllOthers() throws Exception {
    Command.Result result =
        run(
            Map.of(
                "JCFS_JAVA_HOME", fakeJdk("25").toString(), "JAVA_HOME", fakeJdk("26").toString()),
            Jcfs.launcher(),
            "argument");
    assertThat(result.text()).endsWith("\nargument\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"21.0.5", "1.8.0_402", "", "x"})
  void java_namedForJcfsAndTooOld_isAnError(String version) throws Exception {
    Path jdk = fakeJdk(version);
    Command.Result result =
        run(Map.of("JCFS_JAVA_HOME", jdk.toString()), Jcfs.launcher(), "--version");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines())
        .containsExactly(
            "jcfs: %s: JCFS_JAVA_HOME is not the home of a Java 25 or newer".formatted(jdk));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "true, mount image dir",
    "true, mount -o -f image dir",
    "true, mount --log --foreground image dir",
    "true, mount -- -f dir",
    "false, mount -f image dir",
    "false, mount image dir --foreground",
    "false, mount -o ro -f image dir",
    "false, mount --help",
    "true, daemon --log -f",
    "false, daemon -f",
    "false, daemon --stop",
    "false, umount dir",
    "false, info mount"
  })
  void mount_inTheBackgroundOrNot_isToldApartFromTheValuesOfOptions(boolean background, String line)
      throws Exception {
    String[] arguments = line.split(" ", -1);
    Command.Result result =
        Command.run(
            PATIENCE, Map.of("JCFS_JAVA_HOME", fakeJdk("25").toString()), Jcfs.command(arguments));
    // In the background, whatever is not the line that says "ready" is an error.
    String printed = background ? result.errors() : result.text();
    assertThat(printed).endsWith(arguments[arguments.length - 1] + "\n");
    assertThat(printed.contains("-Djcfs.background=true")).isEqualTo(background);
    assertThat(result.status()).isEqualTo(background ? 1 : 0);
  }

  @Test
  void paths_notAsciiInThePosixLocale_surviveTheWayThere() throws Exception {
    Command.Result result =
        run(Map.of("LC_ALL", "POSIX"), Jcfs.launcher(), "info", "/nowhere/\u00fc\u4e16");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errors()).contains("/nowhere/\u00fc\u4e16");
  }

  /** What zsh has no command for must not be told at every key. */
  @Test
  void completion_inZsh_offersWithoutComplaint() throws Exception {
    Requirement.program("zsh");
    Path functions = Jcfs.directory().resolve("share/zsh/site-functions");
    String script =
        """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "fpath=('%s' $fpath); autoload -U compinit; compinit -D -u; echo re''ady"
        zpty -r shell output '*ready*'
        zpty -n -w shell $'jcfs mount --driver \\t\\t'
        zpty -r shell output '*(dev|jnr)*'
        print -r -- "$output"
        zpty -n -w shell $'\\x15jcfs status --js\\t'
        zpty -r shell output '*--json*'
        print -r -- "$output"
        zpty -d shell
        """
            .formatted(functions);

    Command.Result result = Command.run("timeout", "30", "zsh", "-f", "-c", script);

    assertThat(result.text()).contains("--json").doesNotContain("not found");
    assertThat(result.status()).isZero();
  }

  @Test
  void everyCommand_hasManPageAndCompletion() throws Exception {
    Path share = Jcfs.directory().resolve("share");
    String completion = Files.readString(share.resolve("bash-completion/completions/jcfs"));
    for (String command :
        List.of("mk", "mount", "umount", "daemon", "status", "info", "convert", "diff")) {
      assertThat(share.resolve("man/man1/jcfs-%s.1".formatted(command)))
          .content()
          .contains("EXAMPLES");
      assertThat(completion).contains("_picocli_jcfs_" + command + "()");
    }
    assertThat(share.resolve("man/man1/jcfs.1")).isNotEmptyFile();
    for (String page :
        List.of(
            "man1/mkcomposefs.1",
            "man1/composefs-info.1",
            "man1/composefs-dump.1",
            "man1/composefs-fuse.1",
            "man8/mount.composefs.8")) {
      assertThat(share.resolve("man").resolve(page)).content().contains("EXIT STATUS");
    }
    assertThat(share.resolve("doc/jcfs/jcfs.cdx.json"))
        .content()
        .contains("pkg:maven/info.picocli/picocli@");
  }
}
