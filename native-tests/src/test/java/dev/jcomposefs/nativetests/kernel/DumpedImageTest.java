package dev.jcomposefs.nativetests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.DumpedTree;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.KernelMount;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.tree.Aspect;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images with what no directory on disk gives: the kernel's mount and ours show the same. */
class DumpedImageTest {
  private Scratch scratch;

  @BeforeEach
  void makeScratch() throws Exception {
    Requirement.root();
    scratch = Scratch.create();
  }

  private Packed pack(ErofsVersion version) throws IOException {
    // version 2 takes no more than 512; the others put the end of this behind a whole block
    String inline = "i".repeat(version == ErofsVersion.V2 ? 512 : 5000);
    return new DumpedTree(scratch)
        .line("/dir 0 40755 2 1 2 0 -5.7 - - -")
        .verified("/dir/external", FeatureTree.content(70_000), 3)
        .line("/another-name 0 @100644 1 0 0 0 0.0 /dir/external - -")
        .line("/dir/third-name 0 @100644 1 0 0 0 0.0 /another-name - -")
        .unverified("/no-digest", FeatureTree.content(500), "no/digest/here")
        .unverified("/flat", FeatureTree.content(501), "flat")
        .line("/inline %d 100600 2 0 0 0 7.0 - %s -".formatted(inline.length(), inline))
        .line("/inline-too 0 @100600 1 0 0 0 7.0 /inline - -")
        .line("/fifo 0 10644 2 0 0 0 8.0 - - -")
        .line("/fifo-too 0 @10644 1 0 0 0 8.0 /fifo - -")
        .line("/link 3 120777 2 0 0 0 9.0 dir - -")
        .line("/link-too 0 @120777 1 0 0 0 9.0 /link - -")
        .line("/many-links 0 100644 7 0 0 0 9.0 - - -")
        .pack(version);
  }

  @AfterEach
  void remove() throws Exception {
    scratch.close();
  }

  @ParameterizedTest
  @EnumSource
  void fsck_anyVersion_findsNothing(ErofsVersion version) throws Exception {
    Requirement.program("fsck.erofs");

    Command.Result result = Command.run("fsck.erofs", pack(version).image().toString());

    assertThat(result.status()).describedAs("%s%s", result.text(), result.errors()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void mountByTheKernel_anyVersion_showsLinksAndContent(ErofsVersion version) throws Exception {
    Requirement.fileSystem("erofs");
    Requirement.fileSystem("overlay");
    Packed packed = pack(version);
    try (KernelMount kernel = KernelMount.of(packed.image(), packed.objects(), scratch)) {
      var first = Posix.stat(Posix.path(kernel.point().resolve("dir/external")));
      var third = Posix.stat(Posix.path(kernel.point().resolve("dir/third-name")));

      assertThat(third).isEqualTo(first);
      assertThat(first.links()).isEqualTo(3);
      assertThat(Posix.read(Posix.path(kernel.point().resolve("another-name"))))
          .isEqualTo(FeatureTree.content(70_000));
    }
  }

  @ParameterizedTest
  @EnumSource
  void mount_anyVersion_isLikeTheKernels(ErofsVersion version) throws Exception {
    Requirement.fuse();
    Requirement.fileSystem("erofs");
    Requirement.fileSystem("overlay");
    Packed packed = pack(version);
    try (KernelMount kernel = KernelMount.of(packed.image(), packed.objects(), scratch)) {
      for (Driver driver : Driver.values()) {
        try (Served served = Served.mount(driver, packed, scratch)) {
          TreeComparison.Outcome outcome =
              TreeComparison.compare(
                  kernel.point(),
                  served.point(),
                  Aspect.DIRECTORY_LINKS,
                  Aspect.FILE_LINKS,
                  Aspect.DIRECTORY_SIZES);

          assertThat(outcome.differences()).isEmpty();
          assertThat(outcome.entries()).isEqualTo(14);
        }
      }
    }
  }
}
