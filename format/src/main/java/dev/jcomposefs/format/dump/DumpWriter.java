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
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree as a dump, in the form of {@code composefs-info dump}: depth first in name order,
 * attributes as the tree declares them.
 *
 * <p>Of the names of a node the first that is met is written in full and the others as hard links
 * to it, whichever name is primary.
 */
public final class DumpWriter {
  /** Would be read as "not set". */
  private static final ByteString NOT_SET = ByteString.utf8("-");

  private final DumpOutput out;
  private final Tree tree;
  private final Set<ByteString> filter;

  /** By node, the escaped path of the first name; nodes of several names only. */
  private final Map<Node, byte[]> firstPaths = new HashMap<>();

  private final EscapedPath path = EscapedPath.ofDump();

  private DumpWriter(Tree tree, Set<ByteString> filter, OutputStream out) {
    this.tree = tree;
    this.filter = filter;
    this.out = new DumpOutput(out);
  }

  /** Writes all of a tree; {@code out} is neither flushed nor closed. */
  public static void write(Tree tree, OutputStream out) throws IOException {
    write(tree, Set.of(), out);
  }

  /**
   * Writes the root and those of its entries, with all below them, that have one of the given
   * names; everything when none is given.
   *
   * @param out neither flushed nor closed
   */
  public static void write(Tree tree, Set<ByteString> names, OutputStream out) throws IOException {
    new DumpWriter(tree, names, out).write();
  }

  private void write() throws IOException {
    noteLinkTargets();
    writeLine(tree.root(), null);
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      if (walk.depth() == 0 && !filter.isEmpty() && !filter.contains(walk.name())) {
        walk.skipBelow();
        continue;
      }
      path.enter(walk.depth(), walk.name());
      Node node = walk.node();
      byte[] first = firstPaths.get(node);
      if (first == null || first.length > 0) {
        writeLine(node, first);
      } else {
        firstPaths.put(node, path.copy());
        writeLine(node, null);
      }
    }
    out.flush();
  }

  /** Gives every node of several names an empty path, for not met yet. */
  private void noteLinkTargets() {
    if (tree.linkCount() == 0) {
      return;
    }
    byte[] notMet = {};
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      if (walk.isLink()) {
        firstPaths.put(walk.node(), notMet);
      }
    }
  }

  /**
   * @param target escaped path that the line is a hard link to, or null when it is none
   */
  private void writeLine(Node node, byte @Nullable [] target) throws IOException {
    path.writeTo(out);
    out.ascii(' ');
    out.unsigned(node instanceof Symlink link ? link.target().length() : node.size(), 10);
    out.ascii(' ');
    if (target != null) {
      out.ascii('@');
    }
    out.unsigned(node.mode(), 8);
    field(node.nlink());
    field(node.uid());
    field(node.gid());
    field(node instanceof Device device ? device.rdev() : 0);
    out.ascii(' ');
    out.signed(node.mtimeSeconds());
    out.ascii('.');
    out.unsigned(Integer.toUnsignedLong(node.mtimeNanos()), 10);
    out.ascii(' ');
    if (target != null) {
      out.raw(target, target.length);
    } else {
      optional(payload(node));
    }
    out.ascii(' ');
    optional(node instanceof InlineFile file ? file.content() : null);
    out.ascii(' ');
    Digest digest = node instanceof ExternalFile file ? file.digest() : null;
    if (digest == null) {
      out.ascii('-');
    } else {
      out.escaped(ByteString.utf8(digest.toHex()));
    }
    writeXattrs(node.xattrs());
    out.ascii('\n');
  }

  private void field(int value) throws IOException {
    out.ascii(' ');
    out.unsigned(Integer.toUnsignedLong(value), 10);
  }

  private static @Nullable ByteString payload(Node node) {
    return switch (node) {
      case Symlink link -> link.target();
      case ExternalFile file -> file.path();
      case Directory _, EmptyFile _, InlineFile _, Device _, Fifo _, Socket _ -> null;
    };
  }

  private void optional(@Nullable ByteString text) throws IOException {
    if (text == null) {
      out.ascii('-');
    } else if (text.equals(NOT_SET)) {
      out.escapedHex((byte) '-');
    } else {
      out.escaped(text);
    }
  }

  private void writeXattrs(Xattrs xattrs) throws IOException {
    for (int i = 0; i < xattrs.count(); i++) {
      int index = xattrs.inGivenOrder(i);
      out.ascii(' ');
      out.escapedXattr(xattrs.key(index));
      out.ascii('=');
      out.escapedXattr(xattrs.value(index));
    }
  }
}
