package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import java.lang.foreign.MemorySegment;
import java.util.function.Predicate;

/**
 * Walks the whole tree once to find out whether any inode has an xattr of some kind. Needs memory
 * for the directories above the current place only: it leaves a listing when it goes down and takes
 * it up at the cookie.
 *
 * <p>Gives up, and says yes, when the image is damaged, deeper than any path that the kernel takes,
 * or takes more steps than it has bytes. A step is an entry of a directory or an xattr; a sound
 * image has more bytes than that of each, but one whose parts overlap could keep a mount waiting
 * for hours.
 */
final class ShownXattrs implements DirentSink {
  /** Half of PATH_MAX: each step takes a slash and a byte. */
  static final int DEPTH_MAX = 2048;

  private final ErofsImage image;
  private final XattrReader xattrs;
  private final InodeReader inodes;
  private final Predicate<ByteString> wanted;
  private final long[] directories = new long[DEPTH_MAX];
  private final long[] cookies = new long[DEPTH_MAX];
  private int depth;
  private long stepsLeft;
  private long descendTo;
  private boolean found;

  /**
   * @param wanted takes a key as a mount shows it
   */
  ShownXattrs(ErofsImage image, Predicate<ByteString> wanted) {
    this.image = image;
    this.xattrs = image.xattrs();
    this.inodes = image.inodes();
    this.wanted = wanted;
    this.stepsLeft = image.bytes().size();
  }

  boolean any() {
    try {
      look(image.root());
      return found || anyBelowRoot();
    } catch (FsException e) {
      return true;
    }
  }

  private boolean anyBelowRoot() throws FsException {
    directories[0] = image.root();
    cookies[0] = 0;
    depth = 1;
    while (depth > 0) {
      descendTo = 0;
      image.list(directories[depth - 1], cookies[depth - 1], this);
      if (found) {
        return true;
      }
      if (descendTo == 0) {
        depth--;
      } else if (depth == DEPTH_MAX) {
        return true;
      } else {
        directories[depth] = descendTo;
        cookies[depth] = 0;
        depth++;
      }
    }
    return false;
  }

  @Override
  public boolean entry(
      long cookie, long inode, FileType type, MemorySegment names, long at, int length) {
    if (DirectoryReader.isDotOrDotDot(names, at, length)) {
      return true;
    }
    cookies[depth - 1] = cookie;
    stepsLeft--;
    try {
      look(inode);
    } catch (CorruptImageException e) {
      found = true;
    }
    if (type == FileType.DIRECTORY) {
      descendTo = inode;
    }
    return !found && type != FileType.DIRECTORY;
  }

  /** Sets {@link #found} if the inode has what is looked for. */
  private void look(long nid) throws CorruptImageException {
    long inode = inodes.at(nid);
    found = stepsLeft < 0;
    xattrs.walk(
        inode,
        inodes.format(inode),
        entry -> {
          ByteString shown = OverlayKeys.shown(xattrs.key(entry));
          found = --stepsLeft < 0 || (shown != null && wanted.test(shown));
          return !found;
        });
  }
}
