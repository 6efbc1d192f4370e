package dev.jcomposefs.fuzz;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks an image for everything that a mount can ask for, as a program would that goes through all
 * of its files. Checks that each answer is within what {@link MetadataImage} promises; an {@link
 * FsException} always is, anything else that is thrown passes through.
 *
 * <p>The number of questions is limited: the tree of a damaged image may have no end.
 */
final class EveryRead {
  private static final int INODES_MAX = 3000;
  private static final int ENTRIES_MAX = 6000;
  private static final int KEYS_MAX = 40;
  private static final int VALUE_MAX = 65535;
  private static final ByteString MISSING = ByteString.utf8("no such name");

  private final MetadataImage image;
  private final Set<Long> seen = new HashSet<>();
  private final Deque<Long> pending = new ArrayDeque<>();
  private final Inode inode = new Inode();
  private final MemorySegment value = MemorySegment.ofArray(new byte[VALUE_MAX]);
  private int entriesLeft = ENTRIES_MAX;
  private boolean anyXattr;

  private record Dirent(ByteString name, long cookie) {}

  private EveryRead(MetadataImage image) {
    this.image = image;
  }

  static void of(MetadataImage image) {
    new EveryRead(image).run();
  }

  private void run() {
    check(image.inodeCount() >= 1, "inode count");
    found(image.root());
    while (!pending.isEmpty() && seen.size() < INODES_MAX) {
      visit(pending.remove());
    }
    check(image.hasXattrs() || !anyXattr, "hasXattrs");
    image.hasAcls();
  }

  private void found(long id) {
    if (seen.add(id)) {
      pending.add(id);
    }
  }

  private void visit(long id) {
    long size = attributes(id);
    xattrs(id);
    try {
      ByteString target = image.readlink(id);
      check(target.length() >= 1 && target.length() <= 4095, "link target");
    } catch (FsException e) {
      // An answer like any other.
    }
    try {
      content(image.content(id), size);
    } catch (FsException e) {
      // An answer like any other.
    }
    directory(id);
  }

  /** The inode's size, or -1 if it has no attributes. */
  private long attributes(long id) {
    try {
      image.inode(id, inode);
      check(inode.id() == id, "inode id");
      check(inode.size() >= 0, "size");
      check(inode.type().isDevice() || inode.rdev() == 0, "device number");
      return inode.size();
    } catch (FsException e) {
      return -1;
    }
  }

  private static void content(Content content, long size) {
    switch (content) {
      case Content.Inline inline -> check(inline.bytes().byteSize() == size, "inline content");
      case Content.Backed backed -> {
        check(backed.size() == size && size > 0, "backed size");
        ByteString path = backed.path();
        check(path == null || (path.length() > 0 && path.at(0) != '/'), "backing path");
      }
    }
  }

  private void xattrs(long id) {
    List<ByteString> keys = new ArrayList<>();
    try {
      image.xattrs(
          id,
          (key, value) -> {
            check(key.length() >= 1 && key.indexOf((byte) 0) < 0, "xattr key");
            check(value.byteSize() <= VALUE_MAX, "xattr value");
            anyXattr = true;
            if (keys.size() < KEYS_MAX) {
              keys.add(key);
            }
          });
    } catch (FsException e) {
      // The keys before the damage are there.
    }
    keys.add(ByteString.utf8("security.capability"));
    keys.add(ByteString.utf8("trusted.overlay.opaque"));
    for (ByteString key : keys) {
      try {
        int length = image.xattr(id, key.asSegment(), 0, key.length(), value, 0, VALUE_MAX);
        check(length >= MetadataImage.NOT_FOUND && length <= VALUE_MAX, "xattr length");
      } catch (FsException e) {
        // An answer like any other.
      }
    }
  }

  private void directory(long id) {
    List<Dirent> entries = new ArrayList<>();
    DirentSink sink =
        (cookie, child, type, names, at, length) -> {
          check(cookie > 0, "cookie");
          check(length >= 1 && length <= 255, "name length");
          ByteString name = ByteString.copyOf(names, at, length);
          check(name.indexOf((byte) '/') < 0 && name.indexOf((byte) 0) < 0, "name");
          check(FileType.ofMode(type.bits()) == type, "entry type");
          entries.add(new Dirent(name, cookie));
          return --entriesLeft > 0;
        };
    try {
      image.list(id, 0, sink);
    } catch (FsException e) {
      // The entries before the damage are there.
    }
    for (Dirent entry : entries) {
      lookup(id, entry.name());
    }
    lookup(id, MISSING);
    if (!entries.isEmpty()) {
      resume(id, entries);
    }
  }

  /** A listing taken up in its middle goes on with the entry that comes there. */
  private void resume(long id, List<Dirent> entries) {
    int middle = (entries.size() - 1) / 2;
    List<ByteString> next = new ArrayList<>();
    try {
      image.list(
          id,
          entries.get(middle).cookie(),
          (cookie, child, type, names, at, length) -> {
            next.add(ByteString.copyOf(names, at, length));
            return false;
          });
    } catch (FsException e) {
      return;
    }
    check(
        middle + 1 >= entries.size()
            || (!next.isEmpty() && next.getFirst().equals(entries.get(middle + 1).name())),
        "resumed listing");
  }

  private void lookup(long directory, ByteString name) {
    try {
      long child = image.lookup(directory, name);
      if (child != MetadataImage.NOT_FOUND) {
        found(child);
      }
    } catch (FsException e) {
      // An answer like any other.
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + ": outside of what the interface promises");
    }
  }
}
