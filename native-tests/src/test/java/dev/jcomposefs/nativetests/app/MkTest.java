package dev.jcomposefs.nativetests.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jcfs mk} and {@code jcfs info}, from outside. */
class MkTest {
  @TempDir Path directory;
  private Path source;
  private Path image;
  private Path store;

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    image = directory.resolve("image");
    store = directory.resolve("store");
    Files.writeString(source.resolve("large"), "x".repeat(100_000));
    Files.writeString(source.resolve("small"), "small\n");
    Files.createLink(source.resolve("second name"), source.resolve("large"));
    Files.createSymbolicLink(source.resolve("link"), Path.of("small"));
    Files.createDirectory(source.resolve("directory"));
  }

  private Command.Result mk(String... options) throws IOException, InterruptedException {
    return Jcfs.run(
        Stream.of(
                Stream.of("mk"), Stream.of(options), Stream.of(source.toString(), image.toString()))
            .flatMap(arguments -> arguments)
            .toArray(String[]::new));
  }

  private List<Path> leftOver() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(path -> !path.equals(source)).toList();
    }
  }

  @Test
  void mk_withStore_makesImageAndObjectsAndSaysNothing() throws Exception {
    Command.Result result = mk("--store", store.toString());
    assertThat(result.status()).isZero();
    assertThat(result.text()).isEmpty();
    assertThat(result.errors()).isEmpty();
    assertThat(Command.mustRun("find", store.toString(), "-type", "f", "-size", "100000c").lines())
        .hasSize(1);
    assertThat(Jcfs.mustRun("info", image.toString()))
        .contains("composefs version 0")
        .contains("objects        1, 100,000 bytes");
  }

  @Test
  void mk_printDigest_isTheDigestThatInfoComputes() throws Exception {
    String digest = mk("--print-digest").text();
    assertThat(digest).matches("[0-9a-f]{64}\n");
    assertThat(Jcfs.mustRun("info", "--json", image.toString()))
        .contains("\"digest\" : \"%s\"".formatted(digest.strip()));
  }

  @Test
  void mk_useEpoch_dependsOnNoTime() throws Exception {
    String before = mk("--print-digest", "--use-epoch").text();
    Files.setLastModifiedTime(source.resolve("small"), FileTime.fromMillis(1));
    assertThat(mk("--print-digest", "--use-epoch").text()).isEqualTo(before);
    assertThat(mk("--print-digest").text()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void mk_formatVersion_isTheOneAskedFor(int version) throws Exception {
    mk("--format-version", Integer.toString(version));
    assertThat(Jcfs.mustRun("info", "--json", image.toString()))
        .contains("\"formatVersion\" : " + version);
  }

  @Test
  void mk_existingImage_isReplacedAndTheLinkToItKept() throws Exception {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Files.createSymbolicLink(image, target);
    assertThat(mk().status()).isZero();
    assertThat(image).isSymbolicLink();
    assertThat(Files.size(target)).isGreaterThan(4096);
  }

  @Test
  void mk_newImage_hasThePermissionsOfAnyNewFile() throws Exception {
    mk();
    Path other = directory.resolve("other");
    Command.mustRun("touch", other.toString());
    assertThat(Files.getPosixFilePermissions(image))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--threads 0               | jcfs: --threads: found 0, expected 1 or more",
        "--format-version 3        | jcfs: --format-version: found 3, expected 0 to 2",
        "--format-version x        | jcfs: invalid value for option '--format-version': 'x' is not an int",
        "--user-xattrs --skip-xattrs | jcfs: --user-xattrs, --skip-xattrs are mutually exclusive (specify only one)",
        "--store SOURCE/objects    | jcfs: SOURCE/objects: is inside SOURCE, expected a store outside",
        "--store SOURCE/small      | jcfs: SOURCE/small: is inside SOURCE, expected a store outside",
        "--store /dev/null         | jcfs: store /dev/null: open '/dev/null': Not a directory",
      })
  void mk_badOption_isOneMessageAndLeavesNothing(String options, String message) throws Exception {
    Command.Result result = mk(options.replace("SOURCE", source.toString()).split(" ", -1));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines().getFirst())
        .isEqualTo(message.replace("SOURCE", source.toString()));
    assertThat(result.text()).isEmpty();
    assertThat(leftOver()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "missing, No such file or directory",
    "small, Not a directory",
    "link, Not a directory"
  })
  void mk_sourceThatIsNoDirectory_leavesTheOldImage(String name, String reason) throws Exception {
    source = source.resolve(name);
    Files.writeString(image, "old");
    Command.Result result = mk();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines()).containsExactly("jcfs: %s: %s".formatted(source, reason));
    assertThat(image).hasContent("old");
  }

  @Test
  void mk_imageThatIsADevice_isWrittenToAndStaysOne() throws Exception {
    image = Path.of("/dev/null");
    assertThat(mk().status()).isZero();
    assertThat(Files.isRegularFile(image)).isFalse();
  }

  @Test
  void mk_imageThatIsADirectory_isRefused() throws Exception {
    image = Files.createDirectory(directory.resolve("image"));
    Command.Result result = mk();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines())
        .containsExactly("jcfs: open '%s': Is a directory".formatted(image));
    assertThat(image).isEmptyDirectory();
  }

  @Test
  void mk_directoryOfImageThatIsMissing_isRefused() throws Exception {
    image = directory.resolve("missing/image");
    Command.Result result = mk();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines())
        .containsExactly(
            "jcfs: open '%s': No such file or directory".formatted(directory.resolve("missing")));
  }

  @Test
  void info_fileThatIsNoImage_saysWhatItFound() throws Exception {
    Path file = source.resolve("large");
    Command.Result result = Jcfs.run("info", file.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines())
        .containsExactly(
            "jcfs: %s: offset 0: composefs magic is 0x78787878, expected 0xd078629a"
                .formatted(file));
  }
}
