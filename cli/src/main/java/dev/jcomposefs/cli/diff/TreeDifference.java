package dev.jcomposefs.cli.diff;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The difference of two trees, path by path.
 *
 * @param added paths that only the second has, with all that is below them
 * @param removed paths that only the first has, likewise
 * @param changed paths that both have, and that do not lead to the same
 */
record TreeDifference(List<String> added, List<String> removed, List<Change> changed) {
  /**
   * A path that leads to something else than before.
   *
   * @param path in printable form
   * @param content whether what is read from it differs: bytes of a file, target of a link, or kind
   * @param metadata what else differs, in words
   */
  record Change(String path, boolean content, List<String> metadata) {}

  /** A directory of both trees, or of one of them, that is still to be looked at. */
  private record Pair(ByteString path, @Nullable Directory before, @Nullable Directory after) {}

  private static final ByteString SLASH = ByteString.utf8("/");

  static TreeDifference of(Tree before, Tree after) {
    TreeDifference difference =
        new TreeDifference(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    difference.compare(SLASH, before.root(), after.root());
    Deque<Pair> pending = new ArrayDeque<>();
    pending.push(new Pair(ByteString.EMPTY, before.root(), after.root()));
    while (!pending.isEmpty()) {
      Pair pair = pending.pop();
      List<Pair> inner = difference.merge(pair);
      inner.reversed().forEach(pending::push); // so that paths come in order
    }
    return difference;
  }

  /** Compares the entries of two directories; gives the pairs of directories among them. */
  private List<Pair> merge(Pair pair) {
    List<Pair> inner = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < count(pair.before()) || j < count(pair.after())) {
      int order = order(pair.before(), i, pair.after(), j);
      Node before = order <= 0 ? node(pair.before(), i) : null;
      Node after = order >= 0 ? node(pair.after(), j) : null;
      ByteString name = order <= 0 ? name(pair.before(), i) : name(pair.after(), j);
      ByteString path = pair.path().concat(SLASH).concat(name);
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
      note(path, before, after);
      Directory left = before instanceof Directory directory ? directory : null;
      Directory right = after instanceof Directory directory ? directory : null;
      if (left != null || right != null) {
        inner.add(new Pair(path, left, right));
      }
    }
    return inner;
  }

  private void note(ByteString path, @Nullable Node before, @Nullable Node after) {
    if (before != null && after != null) {
      compare(path, before, after);
    } else {
      (after == null ? removed : added).add(path.toString());
    }
  }

  private void compare(ByteString path, Node before, Node after) {
    boolean content = NodeComparison.contentDiffers(before, after);
    List<String> metadata = NodeComparison.differingMetadata(before, after);
    if (content || !metadata.isEmpty()) {
      changed.add(new Change(path.toString(), content, metadata));
    }
  }

  private static int order(@Nullable Directory before, int i, @Nullable Directory after, int j) {
    if (i >= count(before)) {
      return 1;
    }
    return j >= count(after) ? -1 : Integer.signum(name(before, i).compareTo(name(after, j)));
  }

  private static int count(@Nullable Directory directory) {
    return directory == null ? 0 : directory.entryCount();
  }

  private static ByteString name(@Nullable Directory directory, int index) {
    return directory == null ? ByteString.EMPTY : directory.name(index);
  }

  private static @Nullable Node node(@Nullable Directory directory, int index) {
    return directory == null ? null : directory.node(index);
  }
}
