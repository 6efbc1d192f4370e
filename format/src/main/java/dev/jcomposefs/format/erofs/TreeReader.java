package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Reads a whole image into a tree, in the view of those who make images: what the writer added for
 * overlayfs is gone, files that stand for whiteouts are whiteouts again. Depth first; of several
 * names of an inode the first one is the primary.
 *
 * <p>Strict where {@link ErofsImage} cannot be, because it sees the whole: every directory has one
 * name and its {@code .} and {@code ..}, names ascend over all blocks, entries have the types of
 * their inodes, keys of xattrs differ, no parts of the image overlap. Memory and time are bounded
 * by the size of the image.
 *
 * <p>Whiteouts that the image holds as character devices 0:0 are left out for format versions 0 and
 * 1, whose writers put them there to hide object directories, and kept for version 2.
 */
final class TreeReader {
  private final ErofsImage image;
  private final ImageBytes bytes;
  private final boolean whiteouts;
  private final TreeNodes nodes;
  private final Map<Long, Node> byNid = new HashMap<>();

  /** A directory that is being read. */
  private record Level(Directory directory, long nid, Queue<DirectoryListing.Entry> entries) {}

  private final Deque<Level> levels = new ArrayDeque<>();

  TreeReader(ErofsImage image) {
    this.image = image;
    this.bytes = image.bytes();
    this.whiteouts = image.header().formatVersion() >= 2;
    this.nodes = new TreeNodes(image);
  }

  Tree read() throws FsException {
    long nid = image.root();
    if (!(nodes.read(nid) instanceof Directory root)) {
      throw new AssertionError("an open image has a directory as root");
    }
    byNid.put(nid, root);
    TreeBuilder tree = new TreeBuilder(root);
    enter(root, nid, nid);
    while (!levels.isEmpty()) {
      Level level = levels.getLast();
      DirectoryListing.Entry entry = level.entries().poll();
      if (entry == null) {
        levels.removeLast();
      } else {
        add(tree, level, entry);
      }
    }
    return tree.build();
  }

  private void add(TreeBuilder tree, Level level, DirectoryListing.Entry entry) throws FsException {
    long nid = entry.nid();
    Node known = byNid.get(nid);
    if (known instanceof Directory) {
      throw bytes.corrupt(
          image.inodes().at(nid),
          "directory %d is reached a second time as '%s', expected one name",
          nid,
          entry.name());
    }
    image.inodes().checkType(nid, entry.type());
    if (known != null) {
      tree.link(level.directory(), entry.name()).to(known);
      return;
    }
    Node node = tree.add(level.directory(), entry.name(), nodes.read(nid));
    byNid.put(nid, node);
    if (node instanceof Directory directory) {
      enter(directory, nid, level.nid());
    }
  }

  private void enter(Directory directory, long nid, long parent) throws FsException {
    if (levels.size() == ShownXattrs.DEPTH_MAX) {
      throw bytes.corrupt(
          image.inodes().at(nid),
          "directories are nested deeper than %d, which no path can name",
          ShownXattrs.DEPTH_MAX);
    }
    levels.addLast(new Level(directory, nid, DirectoryListing.of(image, nid, parent, whiteouts)));
  }
}
