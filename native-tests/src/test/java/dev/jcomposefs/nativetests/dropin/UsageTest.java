package dev.jcomposefs.nativetests.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each program says on which stream, and with which status, when it cannot do its work. */
class UsageTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "mkcomposefs | | No source path specified\\nUsage: mkcomposefs [OPTIONS] SOURCE IMAGE\\n",
        "mkcomposefs | --help | Usage: mkcomposefs [OPTIONS] SOURCE IMAGE\\n",
        "mkcomposefs | --print-digest-only none | mkcomposefs: error accessing none:"
            + " No such file or directory\\n",
        "composefs-info | | No command specified\\nusage: PROGRAM [--basedir=path]",
        "composefs-info | frob x | composefs-info: Unknown command 'frob'\\n\\n",
        "composefs-info | ls none | composefs-info: Failed to open 'none': No such file or"
            + " directory\\n",
        "composefs-info | measure-file none | failed to measure 'none': No such file or directory",
        "composefs-dump | | No source path specified\\nusage: PROGRAM SRC DEST\\n",
        "composefs-dump | none to | composefs-dump: Failed to open 'none': No such file or"
            + " directory\\n",
        "mount.composefs | | No source path specified\\nusage: mount.composefs ",
        "mount.composefs | a | No mount path specified\\nusage: mount.composefs ",
        "mount.composefs | a b | No object dirs specified\\nusage: mount.composefs ",
        "mount.composefs | -t erofs a b | mount.composefs: Unsupported fs type 'erofs'\\n\\n",
        "mount.composefs | -o basedir=.,defaults a b | mount.composefs: Unsupported option"
            + " defaults\\n\\n",
        "mount.composefs | -o basedir=. none / | mount.composefs: Failed to open none: No such"
            + " file or directory\\n\\n",
        "mount.composefs | -o basedir=.,driver=kernel none / | mount.composefs: Failed to open"
            + " none: No such file or directory\\n\\n",
        "composefs-fuse | / | composefs-fuse: Failed to open (null)\\n\\n",
        "composefs-fuse | -o source=none,basedir=/ / | composefs-fuse: Failed to open none\\n\\n",
        "composefs-fuse | -o frob / | fuse: unknown option(s): `-o frob'\\n",
        "composefs-fuse | -f -x / | fuse: unknown option(s): `-x'\\n",
      })
  void run_whatCannotBeDone_isSaidOnStderrWithStatus1(String name, String line, String said)
      throws Exception {
    Command.Result result =
        line == null ? Programs.run(name) : Programs.run(name, line.strip().split(" "));

    assertThat(result.errors().replace(Programs.path(name).toString(), "PROGRAM"))
        .startsWith(said.replace("\\n", "\n"));
    assertThat(result.text()).isEmpty();
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void mountComposefs_helpAsked_isOnStderrWithStatus0() throws Exception {
    Command.Result result = Programs.run("mount.composefs", "-o", "ro", "-h");

    assertThat(result.errors()).startsWith("usage: mount.composefs ");
    assertThat(result.text()).isEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void composefsFuse_withoutMountPoint_showsItsUsageOnStdout() throws Exception {
    String program = Programs.path("composefs-fuse").toString();
    Command.Result result = Programs.run("composefs-fuse", "-o", "source=x");

    assertThat(result.text())
        .isEqualTo(
            "usage: %s [options] <mountpoint>\n       %s --help\n".formatted(program, program));
    assertThat(result.errors()).isEmpty();
    assertThat(result.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"--help, usage: ", "-h, usage: ", "--version, jcomposefs ", "-V, jcomposefs "})
  void composefsFuse_asked_answersOnStdoutWithStatus0(String option, String beginning)
      throws Exception {
    Command.Result result = Programs.run("composefs-fuse", option);

    assertThat(result.text()).startsWith(beginning);
    assertThat(result.status()).isZero();
  }

  @Test
  void composefsFuse_fileThatIsNoImage_isSaidInTheWordsOfTheTool() throws Exception {
    Path small = Files.write(directory.resolve("small"), new byte[100]);
    Path other = Files.write(directory.resolve("other"), new byte[8192]);
    byte[] header = new byte[8192];
    header[0] = (byte) 0x9a;
    header[1] = 0x62;
    header[2] = 0x78;
    header[3] = (byte) 0xd0;
    header[4] = 1;
    Path half = Files.write(directory.resolve("half"), header);

    assertThat(fuse(small)).isEqualTo("composefs-fuse: Too small image\n\n");
    assertThat(fuse(other)).isEqualTo("composefs-fuse: Wrong cfs magic\n");
    assertThat(fuse(half)).isEqualTo("composefs-fuse: Wrong erofs magic\n");
  }

  private String fuse(Path image) throws Exception {
    Path mnt = directory.resolve("mnt");
    Files.createDirectories(mnt);
    Command.Result result =
        Programs.run(
            "composefs-fuse",
            "-o",
            "source=%s,basedir=%s".formatted(image, directory.resolve("mnt/..")),
            mnt.toString());
    assertThat(result.status()).isEqualTo(1);
    return result.errors();
  }

  @Test
  void composefsFuse_directoryWithoutObjects_isSaidWithBothSpaces() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path image = directory.resolve("image");
    Jcfs.mustRun("mk", source.toString(), image.toString());

    Command.Result result =
        Programs.run("composefs-fuse", "-o", "basedir=/none,source=" + image, source.toString());

    assertThat(result.errors()).isEqualTo("composefs-fuse: Failed to open basedir  /none\n\n");
    assertThat(result.status()).isEqualTo(1);
  }
}
