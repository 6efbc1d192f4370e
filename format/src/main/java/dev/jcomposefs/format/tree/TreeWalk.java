package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import java.util.Arrays;

/**
 * Goes over the entries below a directory, depth first: each directory before its entries, entries
 * in name order. Hard links are met, not followed. No recursion, so a deep tree costs no stack; the
 * walk itself allocates nothing per entry. Not thread-safe.
 *
 * <pre>{@code
 * for (TreeWalk walk = tree.walk(); walk.next(); ) {
 *   visit(walk.depth(), walk.name(), walk.entry());
 * }
 * }</pre>
 */
public final class TreeWalk {
  private Directory directory;
  private int index = -1;

  /** Where to go on in each directory above {@link #directory}, outermost first. */
  private int[] indexes = new int[16];

  private int depth;
  private boolean skip;

  TreeWalk(Directory top) {
    this.directory = top;
  }

  /** Moves to the next entry; false when there is none. */
  public boolean next() {
    boolean descend = index >= 0 && !skip;
    skip = false;
    if (descend && directory.entry(index) instanceof Directory inner) {
      if (depth == indexes.length) {
        indexes = Arrays.copyOf(indexes, 2 * depth);
      }
      indexes[depth++] = index;
      directory = inner;
      index = -1;
    }
    while (++index >= directory.entryCount()) {
      if (depth == 0) {
        index = -1;
        return false;
      }
      directory = directory.parent();
      index = indexes[--depth];
    }
    return true;
  }

  /** Leaves out what is below the current entry: the next move goes to the entry after it. */
  public void skipBelow() {
    skip = true;
  }

  /** How many directories lie between the top and the current entry: 0 for the top's own. */
  public int depth() {
    return depth;
  }

  /** The directory that holds the current entry. */
  public Directory directory() {
    return directory;
  }

  public ByteString name() {
    return directory.name(index);
  }

  public Entry entry() {
    return directory.entry(index);
  }

  /** The node of the current entry, resolved if the entry is a link. */
  public Node node() {
    return directory.node(index);
  }

  public boolean isLink() {
    return directory.isLink(index);
  }
}
