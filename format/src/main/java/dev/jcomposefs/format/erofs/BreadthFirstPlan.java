package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;

/**
 * The plan of versions 0 and 1. Follows the C writer to the byte: it moves some data that would
 * have fitted where it was, and the image's digest depends on that.
 */
final class BreadthFirstPlan extends InodePlan {
  private static final int CHUNK_ENTRY_SIZE = 4;
  private static final int MIN_CHUNK_BITS = SuperblockLayout.BLOCK_BITS;
  private static final int MAX_CHUNK_BITS = MIN_CHUNK_BITS + InodeLayout.CHUNK_BITS_MASK;

  /** Entries of a table of one block. */
  private static final int MAX_CHUNKS = BLOCK_SIZE / CHUNK_ENTRY_SIZE;

  private static final long MAX_EXTERNAL = (long) MAX_CHUNKS << MAX_CHUNK_BITS;

  private static final int U16_MAX = 0xffff;
  private static final long U32_MAX = 0xffffffffL;

  private final BuildTime buildTime;

  BreadthFirstPlan(InodeOrder order, XattrTable xattrs, BuildTime buildTime) {
    super(order, xattrs);
    this.buildTime = buildTime;
  }

  @Override
  void set(int index, long free) throws FsException {
    Node node = order.node(index);
    mode = node.mode();
    nlink = node.nlink();
    mtimeNanos = node.mtimeNanos();
    size = 0;
    blocks = 0;
    tail = 0;
    chunkFormat = 0;
    boolean chunks = false;
    // The C writer looks at the declared size, of special files too, whose written size is 0.
    long formSize = node.size();
    switch (node) {
      case Directory directory -> {
        directories.pack(directory);
        nlink = 2 + directories.subdirectories();
        blocks = directories.blocks();
        tail = directories.tail();
        size = blocks * BLOCK_SIZE + tail;
        formSize = size;
      }
      case InlineFile file -> {
        size = file.size();
        blocks = size / BLOCK_SIZE;
        tail = (int) (size % BLOCK_SIZE);
        if (tail > TAIL_MAX) {
          blocks++;
          tail = 0;
        }
      }
      case ExternalFile file -> {
        size = file.size();
        if (size != 0) {
          chunks = true;
          tail = CHUNK_ENTRY_SIZE * planChunks();
        }
      }
      case Symlink symlink -> {
        size = symlink.target().length();
        tail = (int) size;
        formSize = size;
      }
      case Device _ when order.isWhiteout(index) -> {
        mode = (mode & ~FileType.MASK) | FileType.REGULAR.bits();
        formSize = 0;
      }
      case EmptyFile _, Device _, Fifo _, Socket _ -> {}
    }
    extended =
        node.mtimeSeconds() != buildTime.seconds()
            || node.mtimeNanos() != buildTime.nanos()
            || Integer.compareUnsigned(nlink, U16_MAX) > 0
            || Integer.compareUnsigned(node.uid(), U16_MAX) > 0
            || Integer.compareUnsigned(node.gid(), U16_MAX) > 0
            || Long.compareUnsigned(formSize, U32_MAX) > 0;
    xattrSize = xattrs.size(index);
    startAt(free);
    if (node instanceof Symlink) {
      placeSymlink();
    } else {
      placeTail();
    }
    dataLayout =
        chunks
            ? InodeLayout.CHUNK_BASED
            : tail > 0 ? InodeLayout.FLAT_INLINE : InodeLayout.FLAT_PLAIN;
  }

  /** Chooses the chunk size for {@link #size}; gives the number of chunks. */
  private int planChunks() throws FsException {
    if (size < 0 || size > MAX_EXTERNAL) {
      throw new FsException(
          Errno.EFBIG,
          "file outside of the image: found %s bytes, expected at most %d"
              .formatted(Long.toUnsignedString(size), MAX_EXTERNAL));
    }
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    bits = Math.clamp(bits, MIN_CHUNK_BITS, MAX_CHUNK_BITS);
    chunkFormat = bits - MIN_CHUNK_BITS;
    return (int) (((size - 1) >>> bits) + 1);
  }

  /** Keeps header, xattrs and target in one block: kernels before 6.12 require it of a link. */
  private void placeSymlink() {
    int total = headerSize() + tail;
    if (total >= BLOCK_SIZE) {
      blocks = 1;
      tail = 0;
    }
    if (at / BLOCK_SIZE != (at + total - 1) / BLOCK_SIZE) {
      at = alignUp(at, BLOCK_SIZE);
    }
  }

  /** Keeps the tail in one block; header and xattrs may lie across a border. */
  private void placeTail() {
    int room = roomBehind(at + headerSize());
    if (room >= tail) {
      return;
    }
    long moved = at + alignUp(room, InodeLayout.SLOT_SIZE);
    if (roomBehind(moved + headerSize()) >= tail) {
      at = moved;
    } else {
      blocks++;
      tail = 0;
      at = alignUp(at, BLOCK_SIZE);
    }
  }

  /** Bytes from a position to the end of its block. */
  private static int roomBehind(long position) {
    return (int) (BLOCK_SIZE - position % BLOCK_SIZE);
  }
}
