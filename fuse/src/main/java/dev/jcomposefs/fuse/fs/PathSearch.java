package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.MetadataImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a name for an inode by walking the image from its root, for a message: an image says what a
 * directory holds, but not where a file is.
 *
 * <p>Bounded, as the image may be hostile: every directory is read once, at most {@link
 * #MAX_ENTRIES} entries are looked at, and a path of more than {@link #MAX_PATH} bytes is not
 * built.
 */
final class PathSearch {
  /** Some hundredths of a second, and 30 MB if they are all directories. */
  static final int MAX_ENTRIES = 250_000;

  /** Bytes; what open(2) takes, so that the message names something one can look at. */
  static final int MAX_PATH = 4095;

  private static final ByteString SLASH = ByteString.utf8("/");
  private static final ByteString DOT = ByteString.utf8(".");
  private static final ByteString DOTS = ByteString.utf8("..");

  private record Directory(long inode, @Nullable Directory parent, ByteString name) {}

  private final MetadataImage image;
  private final long wanted;
  private final List<Directory> queue = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();
  private int entries;
  private @Nullable Directory found;

  private PathSearch(MetadataImage image, long wanted) {
    this.image = image;
    this.wanted = wanted;
  }

  /** One of the absolute paths of an inode, or null when none was found. */
  static @Nullable ByteString pathOf(MetadataImage image, long inode) {
    return inode == image.root() ? SLASH : new PathSearch(image, inode).run();
  }

  private @Nullable ByteString run() {
    add(new Directory(image.root(), null, ByteString.EMPTY));
    for (int next = 0; next < queue.size() && found == null && entries < MAX_ENTRIES; next++) {
      Directory directory = queue.get(next);
      try {
        image.list(
            directory.inode,
            0,
            (cookie, inode, type, names, at, length) ->
                look(directory, inode, type, ByteString.copyOf(names, at, length)));
      } catch (FsException e) {
        // this search is for a message about another failure, so it goes on elsewhere
      }
    }
    return found == null ? null : path(found);
  }

  private boolean look(Directory parent, long inode, FileType type, ByteString name) {
    entries++;
    if (name.equals(DOT) || name.equals(DOTS)) {
      return true;
    }
    Directory entry = new Directory(inode, parent, name);
    if (inode == wanted) {
      found = entry;
      return false;
    }
    if (type == FileType.DIRECTORY) {
      add(entry);
    }
    return entries < MAX_ENTRIES;
  }

  private void add(Directory directory) {
    if (seen.add(directory.inode)) {
      queue.add(directory);
    }
  }

  private static @Nullable ByteString path(Directory last) {
    ByteString path = ByteString.EMPTY;
    for (Directory d = last; d.parent != null; d = d.parent) {
      path = SLASH.concat(d.name).concat(path);
      if (path.length() > MAX_PATH) {
        return null;
      }
    }
    return path;
  }
}
