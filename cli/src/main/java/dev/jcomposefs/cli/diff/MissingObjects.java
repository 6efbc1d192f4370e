package dev.jcomposefs.cli.diff;

import dev.jcomposefs.cli.source.ObjectDirectory;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What has to be fetched before all of a tree can be read.
 *
 * @param objects how many different ones
 * @param bytes their sizes together, as the tree says; at most the largest number there is
 */
record MissingObjects(long objects, long bytes) {
  static MissingObjects of(Tree tree, Path store) throws FsException {
    long objects = 0;
    long bytes = 0;
    Set<ByteString> seen = new HashSet<>();
    try (ObjectDirectory directory = ObjectDirectory.open(store)) {
      for (TreeWalk walk = tree.walk(); walk.next(); ) {
        if (walk.node() instanceof ExternalFile file) {
          ByteString path = file.path();
          if (path != null && seen.add(path) && !directory.has(path)) {
            objects++;
            bytes = sum(bytes, file.size());
          }
        }
      }
    }
    return new MissingObjects(objects, bytes);
  }

  /** Sizes are claims, and unsigned. */
  private static long sum(long a, long b) {
    return b < 0 || a + b < 0 ? Long.MAX_VALUE : a + b;
  }
}
