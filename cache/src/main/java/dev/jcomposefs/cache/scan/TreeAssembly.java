package dev.jcomposefs.cache.scan;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import dev.jcomposefs.format.tree.Xattrs;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries into the tree in the order in which the walk met them, though some are ready late:
 * so parents come before their entries, and names in order, which costs least. Late entries wait in
 * a window of bounded length, and the walk waits when it is full.
 *
 * <p>Used by the thread that walks.
 */
final class TreeAssembly {
  /** Each waiting file holds a descriptor of its directory. */
  private static final int WINDOW = 256;

  /** What makes a node, perhaps only after some time. */
  interface NodeSource {
    /** Whether the node can be had without waiting. */
    boolean isReady();

    /** Waits for the node; called once. */
    Node node() throws FsException;
  }

  /** Device and inode number: what names of the same file have in common. */
  record FileKey(long device, long inode) {}

  /**
   * @param source null for one more name of {@code file}
   * @param file null for a file that has one name only
   */
  private record Waiting(
      Directory parent, ByteString name, @Nullable NodeSource source, @Nullable FileKey file) {}

  private final TreeBuilder builder;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /** The nodes of files with several names; null while the first name waits. */
  private final Map<FileKey, @Nullable Node> linked = new HashMap<>();

  TreeAssembly(Directory root) {
    builder = new TreeBuilder(root);
  }

  Xattrs share(Xattrs xattrs) {
    return builder.share(xattrs);
  }

  /** Whether the file was given with a name before, so that another name has to be a link. */
  boolean knows(FileKey file) {
    return linked.containsKey(file);
  }

  /** Adds the node of a file with one name. */
  void add(Directory parent, ByteString name, NodeSource source) throws FsException {
    enqueue(new Waiting(parent, name, source, null));
  }

  /** Adds the node of a file that may have other names. */
  void add(Directory parent, ByteString name, NodeSource source, FileKey file) throws FsException {
    linked.put(file, null);
    enqueue(new Waiting(parent, name, source, file));
  }

  /** Adds one more name of a file. */
  void link(Directory parent, ByteString name, FileKey file) throws FsException {
    enqueue(new Waiting(parent, name, null, file));
  }

  private void enqueue(Waiting entry) throws FsException {
    waiting.add(entry);
    while (waiting.size() >= WINDOW || isFirstReady()) {
      place(waiting.remove());
    }
  }

  private boolean isFirstReady() {
    Waiting first = waiting.peek();
    return first != null && (first.source() == null || first.source().isReady());
  }

  private void place(Waiting entry) throws FsException {
    NodeSource source = entry.source();
    if (source == null) {
      Node first = Objects.requireNonNull(linked.get(entry.file()), "first name not placed");
      builder.link(entry.parent(), entry.name()).to(first);
      return;
    }
    Node node = builder.add(entry.parent(), entry.name(), source.node());
    if (entry.file() != null) {
      linked.put(entry.file(), node);
    }
  }

  /** Waits for all that is late, and ends the tree. */
  Tree finish() throws FsException {
    while (!waiting.isEmpty()) {
      place(waiting.remove());
    }
    return builder.build();
  }
}
