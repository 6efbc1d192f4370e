package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.DumpedTree;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Posix;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which files can be read under which policy; the status says who verifies. */
@ParameterizedClass
@EnumSource
class VerificationPolicyTest extends ScratchTest {
  private static final byte[] CONTENT = FeatureTree.content(10_000);

  private final Driver driver;
  private Packed packed;

  VerificationPolicyTest(Driver driver) {
    this.driver = driver;
  }

  @BeforeEach
  void packTree() throws Exception {
    byte[] damaged = CONTENT.clone();
    damaged[0] ^= 1;
    DumpedTree tree =
        new DumpedTree(scratch())
            .verified("/damaged", damaged, 1)
            .verified("/good", CONTENT, 1)
            .unverified("/unverified", CONTENT, "a/path");
    packed = tree.pack(ErofsVersion.V0);
    Digest digest = VerityHasher.digest(HashAlgorithm.SHA256, damaged);
    Files.write(packed.objects().resolve(digest.objectPath()), CONTENT);
  }

  @Test
  void mount_byDefault_checksWhatHasADigest() throws Exception {
    try (Served mount = Served.mount(driver, packed, scratch())) {
      assertThat(read(mount, "good")).isEqualTo(CONTENT);
      assertThat(read(mount, "unverified")).isEqualTo(CONTENT);
      assertFails(mount, "damaged");
    }
  }

  @Test
  void mount_verity_refusesWhatHasNoDigest() throws Exception {
    try (Served mount = Served.mount(driver, packed, scratch(), "verity")) {
      assertThat(read(mount, "good")).isEqualTo(CONTENT);
      assertFails(mount, "unverified");
      assertFails(mount, "damaged");
    }
  }

  /** Who asks for it gets the bytes as they are, and the status does not hide it. */
  @Test
  void mount_noverity_servesUncheckedAndSaysSo() throws Exception {
    try (Served mount = Served.mount(driver, packed, scratch(), "noverity")) {
      assertThat(read(mount, "good")).isEqualTo(CONTENT);
      assertThat(read(mount, "unverified")).isEqualTo(CONTENT);
      assertThat(read(mount, "damaged")).isEqualTo(CONTENT);
      assertThat(mount.status().at("/objects/unverified").asLong()).isEqualTo(3);
      assertThat(mount.status().at("/objects/verifiedByJcfs").asLong()).isZero();
      assertThat(mount.status().path("verification").asString()).isEqualTo("none");
    }
  }

  private static byte[] read(Served mount, String name) throws FsException {
    return Posix.read(in(mount.point(), name));
  }

  private static void assertFails(Served mount, String name) {
    assertThatThrownBy(() -> read(mount, name))
        .describedAs(name)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
  }
}
