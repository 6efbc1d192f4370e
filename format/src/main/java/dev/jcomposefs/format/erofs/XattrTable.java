package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Xattrs;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The xattrs of the inodes of an image, those that overlayfs is told among them, and the table of
 * those that several inodes share. To be used in this order: {@link #count} for every inode, {@link
 * #share}, then sizes, then writing.
 */
final class XattrTable {
  /** References per inode in versions 0 and 1; further ones are written out. */
  private static final int MAX_SHARED = 128;

  /** What the u8 that counts the references of an inode holds. */
  private static final int MAX_SHARED_COUNT = 255;

  /** What the u16 that counts the words of an inode's area holds. */
  private static final int MAX_AREA_COUNT = 65535;

  private final InodeOrder order;
  private final ErofsVersion version;
  private final XattrUses uses;

  /** By index of the inode. */
  private final XattrPair[][] own;

  private final XattrPair rootOpaque;
  private final XattrPair[] whiteout;
  private final XattrPair[] whiteoutParent;

  private boolean hasAcls;
  private XattrPair[] shared = {};
  private int sharedSize;

  /** Of the inode that was gathered last, in the order in which they are written. */
  private XattrEntry[] entries = new XattrEntry[16];

  private int count;

  XattrTable(InodeOrder order, ErofsVersion version) {
    this.order = order;
    this.version = version;
    this.uses = new XattrUses(version);
    this.own = new XattrPair[order.count()][];
    this.rootOpaque = uses.pair(OverlayMarkers.ROOT_OPAQUE, OverlayMarkers.YES);
    this.whiteout =
        new XattrPair[] {
          uses.pair(OverlayMarkers.WHITEOUT, ByteString.EMPTY),
          uses.pair(OverlayMarkers.USER_WHITEOUT, ByteString.EMPTY)
        };
    XattrPair whiteouts = uses.pair(OverlayMarkers.WHITEOUTS, ByteString.EMPTY);
    XattrPair userWhiteouts = uses.pair(OverlayMarkers.USER_WHITEOUTS, ByteString.EMPTY);
    XattrPair opaque = uses.pair(OverlayMarkers.OPAQUE, OverlayMarkers.HAS_WHITEOUTS);
    XattrPair userOpaque = uses.pair(OverlayMarkers.USER_OPAQUE, OverlayMarkers.HAS_WHITEOUTS);
    this.whiteoutParent =
        version == ErofsVersion.V0
            ? new XattrPair[] {whiteouts, userWhiteouts}
            : new XattrPair[] {whiteouts, userWhiteouts, opaque, userOpaque};
  }

  /** Counts the xattrs of an inode. */
  void count(int index) {
    own[index] = uses.own(order.node(index).xattrs());
    gather(index);
    for (int i = 0; i < count; i++) {
      if (entries[i] instanceof XattrPair pair) {
        pair.use();
      }
      hasAcls |=
          entries[i].suffix().isEmpty()
              && (entries[i].prefix() == XattrPrefix.ACL_ACCESS
                  || entries[i].prefix() == XattrPrefix.ACL_DEFAULT);
    }
    if (isBacked(order.node(index)) && order.node(index) instanceof ExternalFile file) {
      uses.useObject(file);
    }
  }

  /** Makes the shared table, when all inodes are counted. */
  void share() {
    List<XattrPair> found = uses.shared();
    found.sort(version == ErofsVersion.V2 ? XattrPair.ASCENDING : XattrPair.DESCENDING);
    shared = found.toArray(XattrPair[]::new);
    for (XattrPair pair : shared) {
      pair.placeAt(sharedSize);
      sharedSize = Math.addExact(sharedSize, pair.size());
    }
  }

  /** Whether any counted inode has a POSIX ACL. */
  boolean hasAcls() {
    return hasAcls;
  }

  /** Bytes of the shared table. */
  int sharedSize() {
    return sharedSize;
  }

  void writeShared(ImageOutput out) throws IOException {
    for (XattrPair pair : shared) {
      pair.write(out);
    }
  }

  /**
   * Bytes of an inode's area.
   *
   * @throws FsException ERANGE if the format has no room for it
   */
  int size(int index) throws FsException {
    gather(index);
    if (count == 0) {
      return 0;
    }
    int references = 0;
    int size = XattrLayout.HEADER_SIZE;
    for (int i = 0; i < count; i++) {
      if (isReference(entries[i], references)) {
        references++;
        size += XattrLayout.SHARED_ID_SIZE;
      } else {
        requireAtMost(Xattrs.MAX_VALUE, entries[i].valueLength(), "bytes in an xattr");
        size += entries[i].size();
      }
    }
    requireAtMost(MAX_SHARED_COUNT, references, "shared xattrs of an inode");
    requireAtMost(MAX_AREA_COUNT, XattrLayout.areaCount(size), "words of xattrs of an inode");
    return size;
  }

  /**
   * Writes an inode's area.
   *
   * @param sharedFrom what the ids of shared entries count from, bytes before the table
   */
  void write(int index, long sharedFrom, ImageOutput out) throws IOException {
    gather(index);
    if (count == 0) {
      return;
    }
    int filter = XattrFilter.EMPTY;
    int references = 0;
    for (int i = 0; i < count; i++) {
      filter &= ~entries[i].filterBit();
      references += isReference(entries[i], references) ? 1 : 0;
    }
    out.u32(filter);
    out.u8(references);
    out.fill(XattrLayout.HEADER_SIZE - XattrLayout.RESERVED_AT, (byte) 0);
    int written = 0;
    for (int i = 0; i < count; i++) {
      if (isReference(entries[i], written)) {
        out.u32((int) ((sharedFrom + entries[i].sharedAt()) / XattrLayout.ALIGNMENT));
        written++;
      }
    }
    written = 0;
    for (int i = 0; i < count; i++) {
      if (isReference(entries[i], written)) {
        written++;
      } else {
        entries[i].write(out);
      }
    }
  }

  /**
   * Whether an entry stands in the shared table alone.
   *
   * @param before how many of the inode's entries before it do
   */
  private boolean isReference(XattrEntry entry, int before) {
    return entry.sharedAt() != XattrEntry.NOT_SHARED
        && (version == ErofsVersion.V2 || before < MAX_SHARED);
  }

  /** Fills {@link #entries} with those of an inode. */
  private void gather(int index) {
    Node node = order.node(index);
    count = 0;
    if (version == ErofsVersion.V2) {
      if (node instanceof ExternalFile file) {
        append(uses.metacopy(file));
        XattrEntry redirect = uses.redirect(file);
        if (redirect != null) {
          append(redirect);
        }
      }
      appendAll(own[index]);
      return;
    }
    appendAll(own[index]);
    if (index == 0) {
      put(rootOpaque);
    }
    if (order.holdsWhiteout(index)) {
      putAll(whiteoutParent);
    } else if (order.isWhiteout(index)) {
      putAll(whiteout);
    } else if (isBacked(node) && node instanceof ExternalFile file) {
      put(uses.metacopy(file));
      XattrEntry redirect = uses.redirect(file);
      if (redirect != null) {
        put(redirect);
      }
    }
  }

  /** Whether overlayfs is told about an object of the node. */
  private boolean isBacked(Node node) {
    return node instanceof ExternalFile && (version == ErofsVersion.V2 || node.size() != 0);
  }

  private void appendAll(XattrEntry[] added) {
    for (XattrEntry entry : added) {
      append(entry);
    }
  }

  private void append(XattrEntry entry) {
    if (count == entries.length) {
      entries = Arrays.copyOf(entries, 2 * count);
    }
    entries[count++] = entry;
  }

  private void putAll(XattrEntry[] added) {
    for (XattrEntry entry : added) {
      put(entry);
    }
  }

  /** Adds an entry at its place in ascending key order, instead of one of the same key. */
  private void put(XattrEntry entry) {
    int at = count;
    int comparison = 1;
    while (at > 0 && (comparison = entries[at - 1].key().compareTo(entry.key())) > 0) {
      at--;
    }
    if (at > 0 && comparison == 0) {
      entries[at - 1] = entry;
      return;
    }
    append(entry);
    System.arraycopy(entries, at, entries, at + 1, count - 1 - at);
    entries[at] = entry;
  }

  private static void requireAtMost(int limit, int found, String what) throws FsException {
    if (found > limit) {
      throw new FsException(
          Errno.ERANGE, "image: found %d %s, expected at most %d".formatted(found, what, limit));
    }
  }
}
