package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The backing paths of images, each once. */
final class ObjectList {
  private static final int BUFFER = 64 << 10;

  private final List<ByteString> objects = new ArrayList<>();

  /**
   * @param filter names of the root's entries to be looked at; empty for all
   */
  void addAll(Tree tree, Set<ByteString> filter) {
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      if (walk.depth() == 0 && !filter.isEmpty() && !filter.contains(walk.name())) {
        walk.skipBelow();
      } else if (walk.node() instanceof ExternalFile file) {
        ByteString object = file.path();
        if (object != null) {
          objects.add(object);
        }
      }
    }
  }

  /** Writes a line for each that is wanted, raw bytes, in bytewise order. */
  void write(Predicate<ByteString> wanted, OutputStream to) throws IOException {
    objects.sort(null);
    BufferedOutputStream out = new BufferedOutputStream(to, BUFFER);
    ByteString last = ByteString.EMPTY; // which no path is
    for (ByteString object : objects) {
      if (!object.equals(last) && wanted.test(object)) {
        out.write(object.toByteArray());
        out.write('\n');
      }
      last = object;
    }
    out.flush();
  }
}
