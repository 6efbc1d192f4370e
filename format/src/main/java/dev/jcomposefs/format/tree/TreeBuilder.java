package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts a tree together, from the root down, and checks it. Cheapest when the names of a directory
 * come in ascending order, correct in any. Not thread-safe; of no use after {@link #build()}.
 */
public final class TreeBuilder {
  /** NAME_MAX of Linux. */
  public static final int MAX_NAME = 255;

  private static final ByteString DOT = ByteString.utf8(".");
  private static final ByteString DOT_DOT = ByteString.utf8("..");

  private final Directory root;
  private final Map<Xattrs, Xattrs> shared = new HashMap<>();
  private final Access.Recent recent = new Access.Recent();
  private int nodes = 1;
  private int links;

  public TreeBuilder(Directory root) {
    root.place(recent);
    this.root = root;
  }

  public Directory root() {
    return root;
  }

  /**
   * Gives a node its primary name.
   *
   * @param parent a directory that is in this tree already
   * @param name 1 to {@link #MAX_NAME} bytes, not {@code .} or {@code ..}, no slash, no zero byte
   * @param node one that has no name yet
   * @return {@code node}
   * @throws FsException EINVAL or ENAMETOOLONG for a bad name, EEXIST for one that is taken; the
   *     tree is then as before
   */
  public <N extends Node> N add(Directory parent, ByteString name, N node) throws FsException {
    checkPlaced(parent);
    checkName(name);
    if (node.isPlaced()) {
      throw new IllegalArgumentException(
          "node for name %s has a primary name already, expected a hard link".formatted(name));
    }
    if (!parent.add(name, node)) {
      throw taken(name);
    }
    node.place(recent);
    if (node instanceof Directory directory) {
      directory.in(parent);
    }
    nodes++;
    return node;
  }

  /**
   * Adds one more name for a node; the answer must be told which, at the latest before {@link
   * #build()}.
   *
   * @param parent a directory that is in this tree already
   * @param name as for {@link #add}
   * @throws FsException as for {@link #add}
   */
  public HardLink link(Directory parent, ByteString name) throws FsException {
    checkPlaced(parent);
    checkName(name);
    HardLink link = new HardLink();
    if (!parent.add(name, link)) {
      throw taken(name);
    }
    links++;
    return link;
  }

  /** The first equal one that was given here, so that a tree holds each set only once. */
  public Xattrs share(Xattrs xattrs) {
    Xattrs first = shared.putIfAbsent(xattrs, xattrs);
    return first == null ? xattrs : first;
  }

  /**
   * Ends building: follows the links, sorts, numbers the nodes.
   *
   * @throws FsException ELOOP if links lead in a circle, EPERM if one leads to a directory
   * @throws IllegalStateException if a link leads nowhere or out of the tree
   */
  public Tree build() throws FsException {
    root.finish();
    root.number(0);
    int id = 1;
    for (TreeWalk walk = new TreeWalk(root); walk.next(); ) {
      switch (walk.entry()) {
        case Node node -> {
          node.number(id++);
          if (node instanceof Directory directory) {
            directory.finish();
          }
        }
        case HardLink link -> resolve(link, walk.name());
      }
    }
    return new Tree(root, nodes, links);
  }

  /** Follows a chain of links, and lets every link of it lead straight to the node. */
  private void resolve(HardLink first, ByteString name) throws FsException {
    HardLink last = first;
    for (int steps = 0; last.target() instanceof HardLink next; last = next) {
      if (++steps > links) {
        throw new FsException(Errno.ELOOP, "hard link %s: leads in a circle".formatted(name));
      }
    }
    if (!(last.target() instanceof Node node) || !node.isPlaced()) {
      throw new IllegalStateException("hard link %s: leads to no node of the tree".formatted(name));
    }
    if (node instanceof Directory) {
      throw new FsException(Errno.EPERM, "hard link %s: leads to a directory".formatted(name));
    }
    for (HardLink link = first; ; ) {
      Entry next = link.target();
      link.resolve(node);
      if (!(next instanceof HardLink further)) {
        return;
      }
      link = further;
    }
  }

  private static void checkPlaced(Directory parent) {
    if (!parent.isPlaced()) {
      throw new IllegalArgumentException("directory is not in the tree yet");
    }
  }

  private static void checkName(ByteString name) throws FsException {
    if (name.length() > MAX_NAME) {
      throw new FsException(
          Errno.ENAMETOOLONG,
          "name %s: found %d bytes, expected at most %d".formatted(name, name.length(), MAX_NAME));
    }
    if (name.isEmpty() || name.equals(DOT) || name.equals(DOT_DOT)) {
      throw new FsException(
          Errno.EINVAL, "name: found '%s', expected the name of an entry".formatted(name));
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.at(i) == '/' || name.at(i) == 0) {
        throw new FsException(
            Errno.EINVAL,
            "name %s: found byte 0x%02x, expected neither slash nor zero"
                .formatted(name, name.at(i)));
      }
    }
  }

  private static FsException taken(ByteString name) {
    return new FsException(Errno.EEXIST, "name %s: found twice in a directory".formatted(name));
  }
}
