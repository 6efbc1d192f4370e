package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.MetadataImage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a file whose content is not in the image: near the root, if there is one, so that the
 * search is short. Of an image without any it reads everything, up to {@value #MAX_ENTRIES}
 * entries.
 */
final class ExternalFile {
  private static final int MAX_ENTRIES = 250_000;

  private static final ByteString DOT = ByteString.utf8(".");
  private static final ByteString DOTS = ByteString.utf8("..");

  private final MetadataImage image;
  private final Deque<Long> queue = new ArrayDeque<>();
  private final Set<Long> seen = new HashSet<>();
  private int entries;
  private @Nullable ByteString found;

  private ExternalFile(MetadataImage image) {
    this.image = image;
  }

  /** The name of one in its directory, or null if none was found. */
  static @Nullable ByteString first(MetadataImage image) {
    ExternalFile search = new ExternalFile(image);
    search.add(image.root());
    search.run();
    return search.found;
  }

  private void run() {
    while (!queue.isEmpty() && goesOn()) {
      try {
        image.list(
            queue.remove(),
            0,
            (cookie, inode, type, names, at, length) ->
                look(inode, type, ByteString.copyOf(names, at, length)));
      } catch (FsException e) {
        // what is broken is said to whoever looks at it
      }
    }
  }

  private boolean goesOn() {
    return found == null && entries < MAX_ENTRIES;
  }

  private boolean look(long inode, FileType type, ByteString name) {
    entries++;
    if (name.equals(DOT) || name.equals(DOTS)) {
      return true;
    }
    if (type == FileType.DIRECTORY) {
      add(inode);
    } else if (type == FileType.REGULAR && isExternal(inode)) {
      found = name;
    }
    return goesOn();
  }

  private boolean isExternal(long inode) {
    try {
      return image.content(inode) instanceof Content.Backed;
    } catch (FsException e) {
      return false; // the same
    }
  }

  private void add(long inode) {
    if (seen.add(inode)) {
      queue.add(inode);
    }
  }
}
