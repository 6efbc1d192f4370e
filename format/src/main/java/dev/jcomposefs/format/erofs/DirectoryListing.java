package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** All entries of a directory but {@code .} and {@code ..}, which are checked. */
final class DirectoryListing implements DirentSink {
  private final ImageBytes bytes;
  private final Queue<Entry> entries = new ArrayDeque<>();
  private long self = -1;
  private long parent = -1;
  private ByteString last = ByteString.EMPTY;
  private @Nullable CorruptImageException disorder;

  record Entry(ByteString name, long nid, FileType type) {}

  private DirectoryListing(ImageBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * @param parent nid of the directory that {@code ..} must lead to
   * @param whiteouts whether to list them, too
   */
  static Queue<Entry> of(ErofsImage image, long nid, long parent, boolean whiteouts)
      throws FsException {
    DirectoryListing listing = new DirectoryListing(image.bytes());
    image.directories().list(nid, 0, whiteouts, listing);
    if (listing.disorder != null) {
      throw listing.disorder;
    }
    if (listing.self != nid || listing.parent != parent) {
      throw image
          .bytes()
          .corrupt(
              image.inodes().at(nid),
              "directory has '.' as %d and '..' as %d, expected %d and %d",
              listing.self,
              listing.parent,
              nid,
              parent);
    }
    return listing.entries;
  }

  @Override
  public boolean entry(
      long cookie, long inode, FileType type, MemorySegment names, long at, int length) {
    ByteString name = ByteString.copyOf(names, at, length);
    if (name.compareTo(last) <= 0) {
      disorder = bytes.corrupt(at, "entry '%s' follows '%s', expected names to ascend", name, last);
      return false;
    }
    last = name;
    if (!DirectoryReader.isDotOrDotDot(names, at, length)) {
      entries.add(new Entry(name, inode, type));
    } else if (length == 1) {
      self = inode;
    } else {
      parent = inode;
    }
    return true;
  }
}
