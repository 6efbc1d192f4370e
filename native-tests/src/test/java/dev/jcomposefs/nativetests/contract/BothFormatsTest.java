package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.posix.PosixChanges;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One directory as an EROFS image and as an image of January 2023, which has no place for content:
 * either mount shows the directory.
 */
class BothFormatsTest {
  private Scratch scratch;
  private Packed erofs;
  private Packed descriptor;

  @BeforeEach
  void pack() throws Exception {
    Requirement.root();
    Requirement.fuse();
    scratch = Scratch.create();
    Path source = scratch.directory("source");
    fill(source);
    erofs = Packed.of(source, scratch, "packed");
    descriptor = new Packed(source, scratch.path("descriptor.cfs"), erofs.objects());
    Jcfs.mustRun(
        "convert", "--to", "descriptor", erofs.image().toString(), descriptor.image().toString());
  }

  private static void fill(Path source) throws Exception {
    Path deep = Files.createDirectories(source.resolve("a/b/c"));
    for (int size : new int[] {65, 4096, 4097, 131_073, 1 << 20}) {
      Files.write(deep.resolve("file-" + size), FeatureTree.content(size));
    }
    Files.createFile(source.resolve("empty"));
    Path many = Files.createDirectory(source.resolve("many"));
    for (int i = 0; i < 400; i++) {
      Files.createFile(many.resolve("entry-%03d".formatted(i)));
    }
    Files.createSymbolicLink(source.resolve("link"), Path.of("a/b"));
    ByteString owned = Posix.path(deep.resolve("file-65"));
    PosixChanges.chown(owned, 65_536, 4_294_967_294L);
    PosixChanges.chmod(owned, 04751);
    PosixChanges.setXattr(owned, ByteString.utf8("user.key"), ByteString.utf8("value"));
    PosixChanges.mknod(Posix.path(source.resolve("device")), FileType.CHARACTER_DEVICE, 1, 3);
    PosixChanges.mknod(Posix.path(source.resolve("fifo")), FileType.FIFO, 0, 0);
  }

  @AfterEach
  void remove() throws Exception {
    if (scratch != null) {
      scratch.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void mount_eitherFormat_showsTheDirectory(Driver driver) throws Exception {
    byte[] magic = {(byte) 0x9a, 0x62, 0x78, (byte) 0xc0};
    assertThat(Arrays.copyOfRange(Files.readAllBytes(descriptor.image()), 4, 8)).isEqualTo(magic);
    for (Packed packed : new Packed[] {erofs, descriptor}) {
      try (Served served = Served.mount(driver, packed, scratch)) {
        TreeComparison.Outcome outcome = TreeComparison.compare(packed.source(), served.point());

        assertThat(outcome.differences()).as(packed.image().toString()).isEmpty();
        assertThat(outcome.entries()).isEqualTo(414);
      }
    }
  }
}
