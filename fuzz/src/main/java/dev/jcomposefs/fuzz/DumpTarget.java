package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes either are refused as a dump with a typed error or are read into a tree that can be
 * written and read again. What the strict mode takes, the other one takes, too.
 */
public final class DumpTarget {
  private DumpTarget() {}

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Tree tree = read(data, DumpMode.COMPATIBLE);
    if (tree != null) {
      TreeRewrite.of(tree, data);
    } else if (read(data, DumpMode.STRICT) != null) {
      throw new AssertionError("strict mode takes what the other one refuses");
    }
  }

  private static @Nullable Tree read(byte[] data, DumpMode mode) {
    try {
      return DumpReader.read(new ByteArrayInputStream(data), "fuzzed", mode);
    } catch (FsException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("a stream of bytes in memory does not fail", e);
    }
  }
}
