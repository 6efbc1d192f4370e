package dev.jcomposefs.format.tree;

import org.jspecify.annotations.Nullable;

/** One more name of a node that has its primary name elsewhere in the tree. */
public final class HardLink implements Entry {
  private @Nullable Entry target;
  private boolean resolved;

  HardLink() {}

  /**
   * Says where the link leads; may be another link, and may come later in the tree. The builder
   * follows chains when the tree is complete.
   *
   * @throws IllegalStateException if the tree is complete
   */
  public void to(Entry target) {
    if (resolved) {
      throw new IllegalStateException("hard link of a complete tree cannot lead elsewhere");
    }
    this.target = target;
  }

  /** Ends building: the link leads straight to the node for good. */
  void resolve(Node node) {
    target = node;
    resolved = true;
  }

  @Nullable Entry target() {
    return target;
  }

  @Override
  public Node node() {
    if (resolved && target instanceof Node node) {
      return node;
    }
    throw new IllegalStateException("hard link is not resolved before its tree is built");
  }
}
