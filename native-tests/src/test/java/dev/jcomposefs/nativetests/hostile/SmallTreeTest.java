package dev.jcomposefs.nativetests.hostile;

import dev.jcomposefs.nativetests.fixture.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Mounts the tree in the background, as a shell does whose directory is {@code working} and who
   * waits for the end of the output: whatever stays must hold neither.
   */
  final void mountFrom(Path working, Path point, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "cd \"$0\" && \"$@\" | cat", working.toString()));
    command.addAll(tree().packed().mountCommand(point, words));
    Command.mustRun(command.toArray(String[]::new));
  }

  final SmallTree tree() {
    return Objects.requireNonNull(tree);
  }
}
