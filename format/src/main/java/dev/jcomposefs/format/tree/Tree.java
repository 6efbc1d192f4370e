package dev.jcomposefs.format.tree;

/** A complete file tree. Immutable and thread-safe. */
public final class Tree {
  private final Directory root;
  private final int nodeCount;
  private final int linkCount;

  Tree(Directory root, int nodeCount, int linkCount) {
    this.root = root;
    this.nodeCount = nodeCount;
    this.linkCount = linkCount;
  }

  public Directory root() {
    return root;
  }

  /** How many nodes there are, the root among them; at least 1. */
  public int nodeCount() {
    return nodeCount;
  }

  /** How many entries are hard links. */
  public int linkCount() {
    return linkCount;
  }

  /** All entries but the root, depth first in name order. */
  public TreeWalk walk() {
    return new TreeWalk(root);
  }
}
