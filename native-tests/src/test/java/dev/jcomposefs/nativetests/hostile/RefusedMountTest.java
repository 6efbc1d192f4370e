package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.posix.Mounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A mount that cannot be right does not come to be: one line says why, and nothing is mounted. */
class RefusedMountTest extends SmallTreeTest {
  private Path point;

  @BeforeEach
  void makePoint() throws Exception {
    point = scratch().directory("point");
  }

  /** How an image file can be no image, or not the one meant. */
  record BadImage(String name, Spoiler spoiler) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Spoiler {
    byte[] spoil(byte[] image);
  }

  static Stream<BadImage> badImages() {
    return Stream.of(
        new BadImage("empty", image -> new byte[0]),
        new BadImage("zeros", image -> new byte[image.length]),
        new BadImage(
            "text", image -> "not an image\n".repeat(1000).getBytes(StandardCharsets.US_ASCII)),
        new BadImage("header only", image -> Arrays.copyOf(image, 1024)),
        new BadImage("cut within the superblock", image -> Arrays.copyOf(image, 1100)),
        new BadImage("cut behind the first block", image -> Arrays.copyOf(image, 4096)),
        new BadImage("cut in the middle", image -> Arrays.copyOf(image, image.length / 2)),
        new BadImage("other magic", image -> with(image, 0, 0)),
        new BadImage("other header version", image -> with(image, 4, 9)),
        new BadImage("other EROFS magic", image -> with(image, 1024, 0)),
        new BadImage("blocks of 512 bytes", image -> with(image, 1024 + 12, 9)),
        new BadImage("root far away", image -> with(image, 1024 + 15, 0xff)),
        new BadImage("compressed data", image -> with(image, 1024 + 80, 1)),
        new BadImage("a second device", image -> with(image, 1024 + 86, 1)));
  }

  private static byte[] with(byte[] image, int at, int value) {
    byte[] changed = image.clone();
    changed[at] = (byte) value;
    return changed;
  }

  @ParameterizedTest
  @MethodSource("badImages")
  void mount_badImage_isRefused(BadImage bad) throws Exception {
    Path image = scratch().path("bad.cfs");
    Files.write(image, bad.spoiler().spoil(Files.readAllBytes(tree().packed().image())));

    assertRefused(image, image.toString());
  }

  @Test
  void mount_imageThatIsADirectory_isRefused() throws Exception {
    assertRefused(tree().packed().objects(), tree().packed().objects().toString());
  }

  @Test
  void mount_imageThatIsAFifo_isRefused() throws Exception {
    Command.mustRun("mkfifo", scratch().path("fifo").toString());

    assertRefused(scratch().path("fifo"), scratch().path("fifo").toString());
  }

  @Test
  void mount_imageThatIsMissing_isRefused() throws Exception {
    assertRefused(scratch().path("missing"), scratch().path("missing").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "digest=0000000000000000000000000000000000000000000000000000000000000000",
        "digest=",
        "digest=00",
        "digest=xyz0000000000000000000000000000000000000000000000000000000000000",
        "no-such-option",
        "no-such-option=1"
      })
  void mount_badOption_isRefused(String option) throws Exception {
    String mentioned = option.contains("=") ? option.substring(0, option.indexOf('=')) : option;

    assertRefused(tree().packed().image(), mentioned, "-o", option);
  }

  @Test
  void mount_digestOfAnotherImage_namesBoth() throws Exception {
    String wanted = "17".repeat(32);

    Command.Result result = mount(tree().packed().image(), point, "-o", "digest=" + wanted);

    assertThat(result.errors()).contains(wanted).contains(imageDigest());
  }

  @Test
  void mount_digestOfThisImage_isMounted() throws Exception {
    Command.Result result = mount(tree().packed().image(), point, "-o", "digest=" + imageDigest());
    try {
      assertThat(result.status()).describedAs(result.errors()).isZero();
      tree().assertServed(point);
    } finally {
      Jcfs.mustRun("umount", point.toString());
    }
  }

  @Test
  void mount_mountPointThatIsMissing_isRefused() throws Exception {
    Path missing = scratch().path("no-such-directory");

    assertRefused(mount(tree().packed().image(), missing), missing.toString());
    assertThat(missing).doesNotExist();
  }

  @Test
  void mount_mountPointThatIsAFile_isRefused() throws Exception {
    assertRefused(
        mount(tree().packed().image(), tree().packed().image()),
        tree().packed().image().toString());
  }

  @Test
  void mount_missingBaseDirectory_isRefused() throws Exception {
    Path missing = scratch().path("no-such-objects");

    assertRefused(
        Jcfs.run(
            "mount",
            "-o",
            "basedir=" + missing,
            tree().packed().image().toString(),
            point.toString()),
        missing.toString());
  }

  private String imageDigest() throws Exception {
    byte[] image = Files.readAllBytes(tree().packed().image());
    return VerityHasher.digest(HashAlgorithm.SHA256, image).toHex();
  }

  private void assertRefused(Path image, String mentioned, String... options) throws Exception {
    assertRefused(mount(image, point, options), mentioned);
  }

  private void assertRefused(Command.Result result, String mentioned) throws IOException {
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output().length()).isZero();
    assertThat(result.errorLines()).isNotEmpty();
    assertThat(result.errorLines().getFirst()).startsWith("jcfs: ").contains(mentioned);
    assertThat(result.errors()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(result.errorLines().size())
        .describedAs(result.errors())
        .isLessThanOrEqualTo(result.errors().contains("--help") ? 2 : 1);
    assertThat(Mounts.below(scratch().path(""))).isEmpty();
  }

  private Command.Result mount(Path image, Path at, String... words) throws Exception {
    Packed packed = tree().packed();
    return new Packed(packed.source(), image, packed.objects()).mount(at, words);
  }
}
