package dev.jcomposefs.format.tree;

/** What a name in a directory stands for: a node at its primary place, or a hard link to one. */
public sealed interface Entry permits Node, HardLink {

  /**
   * The node itself, or the one that the link finally leads to.
   *
   * @throws IllegalStateException for a hard link of a tree that is still being built
   */
  Node node();
}
