package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.Entry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the directories that the paths of a dump name. Remembers the way to the latest one, since
 * the next line's parent is mostly on it. Not thread-safe.
 */
final class DumpPaths {
  private final Directory root;

  /** The latest path; its last component starts at {@link #nameFrom}. */
  private ByteString path = ByteString.EMPTY;

  private int nameFrom;

  /** Directories on the way to the latest parent, below the root. */
  private Directory[] way = new Directory[16];

  /** For each, the offset in {@link #path} of the component after it. */
  private int[] below = new int[16];

  private int depth;

  DumpPaths(Directory root) {
    this.root = root;
  }

  /**
   * Finds the entry that the last component of a path belongs into; {@link #name()} then gives that
   * component, which may be empty.
   *
   * @return null when there is no such entry
   */
  @Nullable Entry parent(ByteString wanted) {
    int common = path.commonPrefix(wanted);
    while (depth > 0 && below[depth - 1] > common) {
      depth--;
    }
    path = wanted;
    Entry parent = depth == 0 ? root : way[depth - 1];
    nameFrom = skipSlashes(path, depth == 0 ? 0 : below[depth - 1]);
    for (int slash; (slash = indexOfSlash(path, nameFrom)) < path.length(); ) {
      parent = child(parent, path, nameFrom, slash);
      if (parent == null) {
        return null;
      }
      nameFrom = skipSlashes(path, slash);
      if (parent instanceof Directory directory) {
        push(directory);
      }
    }
    return parent;
  }

  /** The last component of the path that was given to {@link #parent}. */
  ByteString name() {
    return path.substring(nameFrom);
  }

  /** Finds the entry that a path names, slashes at its end ignored; null when there is none. */
  @Nullable Entry find(ByteString wanted) {
    Entry at = root;
    for (int from = skipSlashes(wanted, 0); from < wanted.length(); ) {
      int slash = indexOfSlash(wanted, from);
      at = child(at, wanted, from, slash);
      if (at == null) {
        return null;
      }
      from = skipSlashes(wanted, slash);
    }
    return at;
  }

  private static @Nullable Entry child(Entry parent, ByteString path, int from, int to) {
    return parent instanceof Directory directory ? directory.find(path.substring(from, to)) : null;
  }

  private void push(Directory directory) {
    if (depth == way.length) {
      way = Arrays.copyOf(way, 2 * depth);
      below = Arrays.copyOf(below, 2 * depth);
    }
    way[depth] = directory;
    below[depth++] = nameFrom;
  }

  private static int skipSlashes(ByteString path, int from) {
    int at = from;
    while (at < path.length() && path.at(at) == '/') {
      at++;
    }
    return at;
  }

  private static int indexOfSlash(ByteString path, int from) {
    int at = from;
    while (at < path.length() && path.at(at) != '/') {
      at++;
    }
    return at;
  }
}
