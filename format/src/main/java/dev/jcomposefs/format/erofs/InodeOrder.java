package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import dev.jcomposefs.format.tree.Xattrs;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which inodes an image has and in which order they lie: the <i>index</i> of an inode is its place
 * in that order, the root's is 0.
 */
final class InodeOrder {
  /** What the root hides in versions 0 and 1: the directories of an object store. */
  private static final int STUBS = 256;

  private static final ByteString SELINUX = ByteString.utf8("security.selinux");
  private static final int STUB_MODE = FileType.CHARACTER_DEVICE.bits() | 0644;

  private final Node[] nodes;

  /** By node id. */
  private final int[] indexes;

  /** By node id, how many names lead to it; empty where the declared number counts. */
  private final int[] nameCounts;

  private int count;

  /** One node for all stubs, which differ only in name and index. */
  private final Device stub;

  /** The root's entries, stubs among them. */
  private ByteString[] rootNames;

  private int[] rootIndexes;

  /** Indexes of the directories that hold a whiteout. */
  private final BitSet whiteoutParents = new BitSet();

  private InodeOrder(Tree tree, int stubs, boolean countNames) {
    this.nodes = new Node[Math.addExact(tree.nodeCount(), stubs)];
    this.indexes = new int[tree.nodeCount()];
    this.nameCounts = new int[countNames ? tree.nodeCount() : 0];
    Directory root = tree.root();
    Metadata metadata =
        new Metadata(
            STUB_MODE,
            1,
            root.uid(),
            root.gid(),
            0,
            root.mtimeSeconds(),
            root.mtimeNanos(),
            stubXattrs(root));
    this.stub = new Device(metadata, 0);
    this.rootNames = new ByteString[root.entryCount() + stubs];
    this.rootIndexes = new int[rootNames.length];
  }

  private static Xattrs stubXattrs(Directory root) {
    ByteString label = root.xattrs().get(SELINUX);
    return label == null ? Xattrs.NONE : new Xattrs.Builder().put(SELINUX, label).build();
  }

  /** The order of versions 0 and 1: breadth first by primary names, the root's stubs among them. */
  static InodeOrder breadthFirst(Tree tree) {
    InodeOrder order = new InodeOrder(tree, STUBS, false);
    order.add(tree.root());
    order.addRootWithStubs(tree.root());
    for (int i = 1; i < order.count; i++) {
      if (order.nodes[i] instanceof Directory directory) {
        for (int k = 0; k < directory.entryCount(); k++) {
          if (!directory.isLink(k)) {
            order.add(directory.node(k));
            order.noteWhiteout(i, directory.node(k));
          }
        }
      }
    }
    order.indexRoot(tree.root());
    return order;
  }

  /** The order of version 2: depth first, each node at the first of its names. */
  static InodeOrder depthFirst(Tree tree) {
    InodeOrder order = new InodeOrder(tree, 0, true);
    order.add(tree.root());
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      Node node = walk.node();
      if (order.nameCounts[node.id()]++ == 0) {
        order.add(node);
      }
    }
    for (int k = 0; k < order.rootNames.length; k++) {
      order.rootNames[k] = tree.root().name(k);
    }
    order.indexRoot(tree.root());
    return order;
  }

  private void add(Node node) {
    indexes[node.id()] = count;
    nodes[count++] = node;
  }

  private void noteWhiteout(int parent, Node node) {
    if (node instanceof Device device && device.isWhiteout()) {
      whiteoutParents.set(parent);
    }
  }

  /** Merges the names 00 to ff that are still free into those of the root. */
  private void addRootWithStubs(Directory root) {
    int at = 0;
    int k = 0;
    for (int s = 0; s <= STUBS; s++) {
      ByteString name = s == STUBS ? null : stubName(s);
      int order = -1;
      while (k < root.entryCount()
          && (name == null || (order = root.name(k).compareTo(name)) <= 0)) {
        rootNames[at++] = root.name(k);
        if (!root.isLink(k)) {
          add(root.node(k));
          noteWhiteout(0, root.node(k));
        }
        k++;
        if (order == 0) {
          break;
        }
      }
      if (name != null && order != 0) {
        rootIndexes[at] = count;
        rootNames[at++] = name;
        nodes[count++] = stub;
      }
    }
    rootNames = Arrays.copyOf(rootNames, at);
    rootIndexes = Arrays.copyOf(rootIndexes, at);
  }

  /** Two lower-case hex digits. */
  private static ByteString stubName(int number) {
    byte[] digits = {
      (byte) Character.forDigit(number >> 4, 16), (byte) Character.forDigit(number & 15, 16)
    };
    return ByteString.copyOf(digits);
  }

  /**
   * Links may lead to nodes anywhere, so the root's entries are looked up when all have a place.
   */
  private void indexRoot(Directory root) {
    int k = 0;
    for (int i = 0; i < rootNames.length; i++) {
      if (k < root.entryCount() && rootNames[i].equals(root.name(k))) {
        rootIndexes[i] = indexes[root.node(k++).id()];
      }
    }
  }

  /** How many inodes the image has. */
  int count() {
    return count;
  }

  Node node(int index) {
    return nodes[index];
  }

  int indexOf(Node node) {
    return indexes[node.id()];
  }

  /** Whether the inode is a whiteout of the tree, which versions 0 and 1 escape; no stub is. */
  boolean isWhiteout(int index) {
    return nodes[index] instanceof Device device && device != stub && device.isWhiteout();
  }

  boolean holdsWhiteout(int index) {
    return whiteoutParents.get(index);
  }

  /** How many names an inode has, {@code .} and {@code ..} not counted; in depth-first order. */
  int nameCount(int index) {
    return nameCounts[nodes[index].id()];
  }

  /** Names of the root's entries, stubs among them. */
  ByteString[] rootNames() {
    return rootNames;
  }

  /** Index of each entry of {@link #rootNames()}. */
  int[] rootIndexes() {
    return rootIndexes;
  }
}
