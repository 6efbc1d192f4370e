package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;

/** The plan of version 2, as the Rust writer makes it. */
final class DepthFirstPlan extends InodePlan {
  /** What the readers of this version take. */
  private static final int MAX_INLINE = 512;

  private static final int MAX_TARGET = 1024;

  /** Whatever the size; nobody looks at the one entry. */
  private static final int CHUNK_FORMAT = InodeLayout.CHUNK_BITS_MASK;

  DepthFirstPlan(InodeOrder order, XattrTable xattrs) {
    super(order, xattrs);
    extended = true;
    mtimeNanos = 0;
    chunkFormat = CHUNK_FORMAT;
  }

  @Override
  void set(int index, long free) throws FsException {
    Node node = order.node(index);
    mode = node.mode();
    nlink = order.nameCount(index);
    size = 0;
    blocks = 0;
    tail = 0;
    dataLayout = InodeLayout.FLAT_PLAIN;
    switch (node) {
      case Directory directory -> {
        directories.pack(directory);
        nlink = 2 + directories.subdirectories();
        blocks = directories.blocks();
        tail = directories.tail();
        size = blocks * BLOCK_SIZE + tail;
        dataLayout = tail > 0 ? InodeLayout.FLAT_INLINE : InodeLayout.FLAT_PLAIN;
      }
      case InlineFile file -> planInline(file.content().length(), MAX_INLINE, "inline content");
      case Symlink symlink -> planInline(symlink.target().length(), MAX_TARGET, "link target");
      case ExternalFile file -> {
        size = file.size();
        dataLayout = InodeLayout.CHUNK_BASED;
        // Without a digest the Rust writer leaves the table out, against the format.
        tail = file.digest() == null ? 0 : Integer.BYTES;
      }
      case EmptyFile _, Device _, Fifo _, Socket _ -> {}
    }
    xattrSize = xattrs.size(index);
    startAt(free);
    if (dataLayout == InodeLayout.FLAT_INLINE) {
      placeTail();
    }
  }

  private void planInline(int length, int limit, String what) throws FsException {
    if (length > limit) {
      throw new FsException(
          Errno.EFBIG,
          "%s: found %d bytes, expected at most %d in format version 2"
              .formatted(what, length, limit));
    }
    size = length;
    tail = length;
    dataLayout = InodeLayout.FLAT_INLINE;
  }

  /**
   * Moves the inode by what its metadata lacks to the end of a block when the tail, or the first
   * byte behind it, is not in the block in which the metadata ends.
   */
  private void placeTail() {
    long last = at + headerSize() - 1;
    if (last / BLOCK_SIZE != (last + 1 + tail) / BLOCK_SIZE) {
      startAt(at + BLOCK_SIZE - last % BLOCK_SIZE);
    }
  }
}
