package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import java.lang.foreign.MemorySegment;

/**
 * Any bytes either are refused with a typed error, in time and memory bounded by their number, or
 * are read into a tree that can be written and read again.
 */
public final class ErofsTreeTarget {
  private ErofsTreeTarget() {}

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Tree tree;
    try {
      tree = ErofsImage.open(MemorySegment.ofArray(data), "fuzzed").toTree();
    } catch (FsException e) {
      return;
    }
    TreeRewrite.of(tree, data);
  }
}
