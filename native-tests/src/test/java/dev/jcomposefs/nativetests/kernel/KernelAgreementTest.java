package dev.jcomposefs.nativetests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.KernelMount;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.tree.Aspect;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One image, mounted by the kernel and by us, shows the same; in either format version, with
 * whiteouts and everything else in it.
 */
@ParameterizedClass
@ValueSource(ints = {0, 1})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KernelAgreementTest {
  @Parameter private int version;

  private @Nullable Scratch scratch;
  private @Nullable Packed packed;
  private @Nullable KernelMount kernel;

  @BeforeParameterizedClassInvocation
  void mountByTheKernel() throws Exception {
    Requirement.root();
    Requirement.fileSystem("erofs");
    Requirement.fileSystem("overlay");
    scratch = Scratch.create();
    Path source = scratch.directory("source");
    FeatureTree.fill(Posix.path(source));
    FeatureTree.addWhiteouts(Posix.path(source));
    packed = Packed.of(source, scratch, "packed", "--format-version=" + version);
    kernel = KernelMount.of(packed.image(), packed.objects(), scratch);
  }

  @AfterParameterizedClassInvocation
  void unmount() throws Exception {
    if (kernel != null) {
      kernel.close();
    }
    if (scratch != null) {
      scratch.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void mount_everyEntry_isLikeTheKernels(Driver driver) throws Exception {
    Requirement.fuse();
    try (Served served = Served.mount(driver, packed(), scratch())) {
      TreeComparison.Outcome outcome =
          TreeComparison.compare(
              kernel().point(),
              served.point(),
              Aspect.DIRECTORY_LINKS,
              Aspect.FILE_LINKS,
              Aspect.DIRECTORY_SIZES);

      assertThat(outcome.differences()).isEmpty();
      assertThat(outcome.entries()).isGreaterThan(3800);
    }
  }

  /** The same tree gives the same bytes, whoever measures how many files at a time. */
  @Test
  void mk_again_givesTheSameImage() throws Exception {
    Packed again =
        Packed.of(
            packed().source(), scratch(), "again", "--format-version=" + version, "--threads=1");

    assertThat(again.image()).hasSameBinaryContentAs(packed().image());
  }

  @Test
  void header_versionWord_isTheOneAskedFor() throws Exception {
    assertThat(Files.readAllBytes(packed().image())[12]).isEqualTo((byte) version);
  }

  @Test
  void fsck_image_findsNothing() throws Exception {
    Requirement.program("fsck.erofs");

    Command.Result result = Command.run("fsck.erofs", packed().image().toString());

    assertThat(result.status()).describedAs("%s%s", result.text(), result.errors()).isZero();
  }

  @Test
  void whiteout_throughTheKernel_isAnEmptyFileThatSaysSo() throws Exception {
    ByteString gone = Posix.path(kernel().point().resolve("whiteouts/gone"));

    assertThat(Posix.stat(gone).type()).isEqualTo(FileType.REGULAR);
    assertThat(Posix.stat(gone).size()).isZero();
    assertThat(text(Posix.xattrs(gone)))
        .containsExactly(
            Map.entry("trusted.overlay.whiteout", ""), Map.entry("user.overlay.whiteout", ""));
  }

  @Test
  void directoryOfWhiteouts_throughTheKernel_isMarkedAsTheVersionHasIt() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    expected.put("trusted.overlay.whiteouts", "");
    expected.put("user.overlay.whiteouts", "");
    if (version == 1) {
      expected.put("trusted.overlay.opaque", "x");
      expected.put("user.overlay.opaque", "x");
    }
    assertThat(text(Posix.xattrs(Posix.path(kernel().point().resolve("whiteouts")))))
        .isEqualTo(expected);
  }

  @Test
  void erofs_root_hasAMarkerForEveryObjectDirectory() throws Exception {
    Stream<String> markers = IntStream.range(0, 256).mapToObj("%02x"::formatted);

    assertThat(markers)
        .allSatisfy(name -> {
          var stat = Posix.stat(Posix.path(kernel().erofs().resolve(name)));
          switch (name) {
            case "a0" -> assertThat(stat.type()).isEqualTo(FileType.DIRECTORY);
            case "ff", "0a" -> assertThat(stat.type()).isEqualTo(FileType.REGULAR);
            default -> {
              assertThat(stat.type()).isEqualTo(FileType.CHARACTER_DEVICE);
              assertThat(stat.rdev()).isZero();
            }
          }
        });
  }

  private static Map<String, String> text(Map<ByteString, ByteString> xattrs) {
    Map<String, String> text = new TreeMap<>();
    xattrs.forEach((key, value) -> text.put(key.toString(), value.toString()));
    return text;
  }

  private Scratch scratch() {
    return Objects.requireNonNull(scratch);
  }

  private Packed packed() {
    return Objects.requireNonNull(packed);
  }

  private KernelMount kernel() {
    return Objects.requireNonNull(kernel);
  }
}
