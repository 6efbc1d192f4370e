package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.tree.Xattrs;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the xattrs of inodes as a composefs tree has them: without what a writer adds for
 * overlayfs. Each shared entry is read once, and all inodes with the same shared entries and no
 * visible ones of their own get the same object. Not thread-safe.
 */
final class TreeXattrs {
  /** Keys that say no more than that there is a whiteout. */
  private static final Set<ByteString> MARKERS =
      Set.of(OverlayMarkers.WHITEOUTS, OverlayMarkers.USER_WHITEOUT, OverlayMarkers.USER_WHITEOUTS);

  /**
   * @param key as the image holds it
   */
  private record Entry(ByteString key, ByteString value) {}

  /**
   * What inodes with the same shared entries have in common.
   *
   * @param hidden keys as the image holds them
   */
  private record SharedSet(Xattrs shown, Set<ByteString> hidden) {
    static final SharedSet NONE = new SharedSet(Xattrs.NONE, Set.of());
  }

  private final ImageBytes bytes;
  private final XattrReader xattrs;
  private final SpaceClaims space;
  private final Xattrs.Builder builder = new Xattrs.Builder();

  /** By offset. */
  private final Map<Long, Entry> sharedEntries = new HashMap<>();

  /** By the ids, for regular files and for all other types: only they can stand for whiteouts. */
  private final Map<ByteString, SharedSet> setsOfRegularFiles = new HashMap<>();

  private final Map<ByteString, SharedSet> setsOfOthers = new HashMap<>();

  TreeXattrs(ImageBytes bytes, XattrReader xattrs, SpaceClaims space) {
    this.bytes = bytes;
    this.xattrs = xattrs;
    this.space = space;
  }

  /** What the tree shows of an inode. */
  Xattrs read(long inode, int format, FileType type) throws CorruptImageException {
    SharedSet shared = sharedSet(inode, format, type);
    Set<ByteString> hidden = new HashSet<>();
    boolean[] anyShown = new boolean[1];
    xattrs.walkOwn(
        inode,
        format,
        entry -> {
          ByteString key = xattrs.key(entry);
          ByteString shown = shown(key, type);
          if (shown == null) {
            if (!hidden.add(key) || shared.hidden().contains(key)) {
              throw duplicate(entry, key);
            }
          } else {
            if (builder.get(shown) != null || shared.shown().get(shown) != null) {
              throw duplicate(entry, key);
            }
            builder.put(shown, value(entry));
            anyShown[0] = true;
          }
          return true;
        });
    if (!anyShown[0]) {
      return shared.shown();
    }
    for (int place = 0; place < shared.shown().count(); place++) {
      int index = shared.shown().inGivenOrder(place);
      builder.put(shared.shown().key(index), shared.shown().value(index));
    }
    return builder.build();
  }

  /** Whether a regular file stands for a whiteout. */
  boolean marksWhiteout(long inode, int format) throws CorruptImageException {
    ByteString key = OverlayMarkers.WHITEOUT;
    return xattrs.find(inode, format, ByteString.EMPTY, key.asSegment(), 0, key.length())
        != XattrReader.NONE;
  }

  private SharedSet sharedSet(long inode, int format, FileType type) throws CorruptImageException {
    ByteString ids = xattrs.sharedIds(inode, format);
    if (ids.isEmpty()) {
      return SharedSet.NONE;
    }
    Map<ByteString, SharedSet> sets = type == FileType.REGULAR ? setsOfRegularFiles : setsOfOthers;
    SharedSet set = sets.get(ids);
    if (set == null) {
      set = readSharedSet(inode, format, type);
      sets.put(ids, set);
    }
    return set;
  }

  private SharedSet readSharedSet(long inode, int format, FileType type)
      throws CorruptImageException {
    Set<ByteString> hidden = new HashSet<>();
    xattrs.walkShared(
        inode,
        format,
        at -> {
          Entry entry = sharedEntry(at);
          ByteString shown = shown(entry.key(), type);
          if (shown == null ? !hidden.add(entry.key()) : builder.get(shown) != null) {
            throw duplicate(at, entry.key());
          }
          if (shown != null) {
            builder.put(shown, entry.value());
          }
          return true;
        });
    return new SharedSet(builder.build(), Set.copyOf(hidden));
  }

  private Entry sharedEntry(long at) throws CorruptImageException {
    Entry entry = sharedEntries.get(at);
    if (entry == null) {
      space.claim(at, xattrs.size(at));
      entry = new Entry(xattrs.key(at), value(at));
      sharedEntries.put(at, entry);
    }
    return entry;
  }

  private ByteString value(long entry) throws CorruptImageException {
    return bytes.copy(xattrs.valueAt(entry), xattrs.valueLength(entry));
  }

  private static @Nullable ByteString shown(ByteString key, FileType type) {
    boolean marker =
        MARKERS.contains(key) || (type == FileType.REGULAR && key.equals(OverlayMarkers.WHITEOUT));
    return marker ? null : OverlayKeys.shown(key);
  }

  private CorruptImageException duplicate(long entry, ByteString key) {
    return bytes.corrupt(entry, "xattr '%s' is there twice, expected each key once", key);
  }
}
