package dev.jcomposefs.nativetests.contract;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.SharedTrees;
import dev.jcomposefs.nativetests.posix.Posix;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/**
 * Holds one mount of the feature tree per subject, which the tests of a class share. The class says
 * with an {@code @EnumSource} which subjects.
 */
@ParameterizedClass
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MountedTest {
  @Parameter private Subject subject;

  private @Nullable Scratch scratch;
  private Subject.@Nullable Mounted mounted;
  private @Nullable Packed packed;

  /** The tree to mount, which is made when first asked for. */
  Packed tree() throws Exception {
    return SharedTrees.features();
  }

  @BeforeParameterizedClassInvocation
  void mount() throws Exception {
    Requirement.root();
    packed = tree();
    scratch = Scratch.create();
    mounted = subject.mount(packed, scratch);
  }

  @AfterParameterizedClassInvocation
  void unmount() throws Exception {
    if (mounted != null) {
      mounted.close();
    }
    if (scratch != null) {
      scratch.close();
    }
  }

  final Subject subject() {
    return subject;
  }

  /** The mount's root. */
  final Path point() {
    return Objects.requireNonNull(mounted).point();
  }

  /** What was packed and mounted. */
  final Path source() {
    return Objects.requireNonNull(packed).source();
  }

  /** A file in the mount. */
  final ByteString found(String name) {
    return Posix.path(point().resolve(name));
  }

  /** The same file in the source. */
  final ByteString expected(String name) {
    return Posix.path(source().resolve(name));
  }
}
