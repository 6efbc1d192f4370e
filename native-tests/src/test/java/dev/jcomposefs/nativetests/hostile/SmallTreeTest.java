package dev.jcomposefs.nativetests.hostile;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Each test has a small tree, packed, in its directory. */
abstract class SmallTreeTest extends ScratchTest {
  private @Nullable SmallTree tree;

  @BeforeEach
  final void makeTree() throws Exception {
    tree = SmallTree.make(scratch(), more());
  }

  /** Files beside those of every small tree, as {@link SmallTree#make} takes them. */
  Map<String, byte[]> more() {
    return Map.of();
  }

  final SmallTree tree() {
    return Objects.requireNonNull(tree);
  }
}
