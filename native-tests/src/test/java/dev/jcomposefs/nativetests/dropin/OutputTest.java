package dev.jcomposefs.nativetests.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where {@code mkcomposefs} writes to, in places where that is not simple. */
class OutputTest {
  private static final String OLD = "an older image";

  private Scratch scratch;
  private Path source;

  @BeforeEach
  void make() throws Exception {
    scratch = Scratch.create();
    source = scratch.directory("source");
    Files.writeString(source.resolve("file"), "content");
    for (int i = 0; i < 2000; i++) {
      Files.createFile(source.resolve("a-file-with-quite-a-long-name-" + i));
    }
  }

  @AfterEach
  void remove() throws Exception {
    scratch.close();
  }

  /** Runs a script in the scratch directory, in which {@code $mk} is the program. */
  private Command.Result shell(String script, String... prefix) throws Exception {
    List<String> command = new ArrayList<>(Arrays.asList(prefix));
    command.addAll(
        List.of(
            "sh",
            "-c",
            "cd '%s'; mk='%s'; %s"
                .formatted(scratch.path(""), Programs.path("mkcomposefs"), script)));
    return Command.run(command.toArray(String[]::new));
  }

  private static void assertSilentSuccess(Command.Result result) {
    assertThat(result.errors()).isEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void image_inDirectoryThatMayNotBeWrittenTo_isOverwritten() throws Exception {
    Requirement.root();
    Requirement.program("setpriv");
    Path image =
        Files.writeString(scratch.directory("theirs").resolve("image"), OLD.repeat(90_000));
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertSilentSuccess(
        shell("\"$mk\" source theirs/image", "setpriv", "--reuid=65534", "--clear-groups"));

    assertThat(image).hasBinaryContent(expected());
    assertThat(scratch.path("theirs").toFile().list()).containsExactly("image");
    assertThat(
            shell("\"$mk\" source theirs/new", "setpriv", "--reuid=65534", "--clear-groups")
                .errors())
        .isEqualTo("mkcomposefs: failed to open output file: Permission denied\n");
  }

  private byte[] expected() throws Exception {
    assertSilentSuccess(shell("\"$mk\" source expected"));
    return Files.readAllBytes(scratch.path("expected"));
  }

  @Test
  void image_thatIsAMountPoint_isOverwritten() throws Exception {
    Requirement.root();
    Requirement.program("unshare");
    Path image = Files.writeString(scratch.path("image"), OLD);
    Files.createFile(scratch.path("point"));

    assertSilentSuccess(
        shell(
            "mount --bind image point && \"$mk\" source point",
            "unshare",
            "--mount",
            "--propagation",
            "private"));

    assertThat(image).hasBinaryContent(expected());
    assertThat(scratch.path("").toFile().list())
        .containsExactlyInAnyOrder("source", "image", "point", "expected");
  }

  static List<Arguments> tooSmall() {
    return List.of(
        Arguments.of("tmpfs", "mount -t tmpfs -o size=64k small small"),
        Arguments.of(
            "ext4",
            "truncate -s 1M disk && mkfs.ext4 -q -b 1024 -O ^has_journal -m 0 disk"
                + " && mount -o loop disk small"
                + " && head -c $(($(stat -f -c %f small) * 1024 - 65536)) /dev/zero >small/rest"));
  }

  /** The place of the file cannot be changed, and what would go into it does not fit. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("tooSmall")
  void image_thatIsAMountPointOnAFullDisk_staysAsItIs(String fileSystem, String mount)
      throws Exception {
    Requirement.root();
    Requirement.program("unshare");
    Requirement.fileSystem(fileSystem);
    Requirement.program("mkfs.ext4");
    scratch.directory("small");
    Files.createFile(scratch.path("point"));

    Command.Result result =
        shell(
            mount
                + " && echo old >small/image && cp small/image before"
                + " && mount --bind small/image point"
                + " && { \"$mk\" source point; cmp point before && echo same; }"
                // what was taken for the new content is given back
                + " && head -c 40000 /dev/zero >small/more && echo room",
            "unshare",
            "--mount",
            "--propagation",
            "private");

    assertThat(result.errors())
        .isEqualTo("mkcomposefs: cannot write file: No space left on device\n");
    assertThat(result.text()).isEqualTo("same\nroom\n");
  }

  @Test
  void image_linkToNothing_isMadeWhereItLeads() throws Exception {
    Files.createSymbolicLink(scratch.path("link"), Path.of("target"));

    assertSilentSuccess(shell("\"$mk\" source link"));

    assertThat(scratch.path("link")).isSymbolicLink();
    assertThat(scratch.path("target")).hasBinaryContent(expected());
  }

  @Test
  void image_slashAtItsEnd_isNone() throws Exception {
    assertThat(shell("\"$mk\" source image/").errors())
        .isEqualTo("mkcomposefs: failed to open output file: Is a directory\n");
    assertThat(shell("\"$mk\" source ''").errors())
        .isEqualTo("mkcomposefs: failed to open output file: No such file or directory\n");
    assertThat(scratch.path("").toFile().list()).containsExactly("source");
  }

  @Test
  void image_diskFull_isNotLeftBehind() throws Exception {
    Requirement.root();
    Requirement.program("unshare");
    scratch.directory("small");

    Command.Result result =
        shell(
            "mount -t tmpfs -o size=64k small small && \"$mk\" source small/image; ls -A small",
            "unshare",
            "--mount",
            "--propagation",
            "private");

    assertThat(result.errors())
        .isEqualTo("mkcomposefs: cannot write file: No space left on device\n");
    assertThat(result.text()).isEmpty();
  }

  @Test
  void stdout_readerGone_isNoMatterForWords() throws Exception {
    Command.Result result = shell("{ \"$mk\" source -; echo $? >status; } | head -c 1 >/dev/null");

    assertThat(result.errors()).isEmpty();
    assertThat(scratch.path("status")).hasContent("1");
  }

  /** Java would hand on other bytes in their place. */
  @Test
  void name_thatIsNotText_isRefusedAndNotReplaced() throws Exception {
    Command.Result result = shell("\"$mk\" source \"$(printf 'image\\377')\"");

    assertThat(result.errors()).isEqualTo("mkcomposefs: argument 'image\\xff' is not UTF-8\n");
    assertThat(result.status()).isEqualTo(1);
    assertThat(scratch.path("").toFile().list()).containsExactly("source");
  }
}
