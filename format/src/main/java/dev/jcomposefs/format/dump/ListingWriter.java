package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;
import java.util.Set;

/**
 * Writes the names of a tree in the form of {@code composefs-info ls}: a line for each but the
 * root, depth first in name order. Behind a tab stands where a file's content is or a link leads; a
 * directory's path ends with a slash and a tab.
 *
 * <p>Of the names of a node the first that is met tells all that; the others are bare paths.
 */
public final class ListingWriter {
  private final DumpOutput out;
  private final Tree tree;
  private final Set<ByteString> filter;
  private final EscapedPath path = EscapedPath.ofListing();

  private ListingWriter(Tree tree, Set<ByteString> filter, OutputStream out) {
    this.tree = tree;
    this.filter = filter;
    this.out = new DumpOutput(out);
  }

  /**
   * Writes those entries of the root, with all below them, that have one of the given names;
   * everything when none is given.
   *
   * @param out neither flushed nor closed
   */
  public static void write(Tree tree, Set<ByteString> names, OutputStream out) throws IOException {
    new ListingWriter(tree, names, out).write();
  }

  private void write() throws IOException {
    BitSet met = new BitSet(tree.nodeCount());
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      if (walk.depth() == 0 && !filter.isEmpty() && !filter.contains(walk.name())) {
        walk.skipBelow();
        continue;
      }
      path.enter(walk.depth(), walk.name());
      path.writeTo(out);
      Node node = walk.node();
      if (!met.get(node.id())) {
        met.set(node.id());
        writeKind(node);
      }
      out.ascii('\n');
    }
    out.flush();
  }

  private void writeKind(Node node) throws IOException {
    switch (node) {
      case Directory _ -> {
        out.ascii('/');
        out.ascii('\t');
      }
      case Symlink link -> {
        mark("\t-> ");
        out.escaped(link.target());
      }
      case ExternalFile file -> {
        ByteString object = file.path();
        if (object != null) {
          mark("\t@ ");
          out.escaped(object);
        }
      }
      case EmptyFile _, InlineFile _, Device _, Fifo _, Socket _ -> {}
    }
  }

  private void mark(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      out.ascii(text.charAt(i));
    }
  }
}
