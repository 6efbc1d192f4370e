package dev.jcomposefs.nativetests.hostile;

import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Mounts as root; each test has a directory of its own that is removed with all mounts in it. */
abstract class ScratchTest {
  private @Nullable Scratch scratch;

  @BeforeEach
  final void makeScratch() throws Exception {
    Requirement.root();
    Requirement.fuse();
    scratch = Scratch.create();
  }

  @AfterEach
  final void removeScratch() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }

  final Scratch scratch() {
    return Objects.requireNonNull(scratch);
  }
}
