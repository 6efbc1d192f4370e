package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Node;

/**
 * How one inode lies in an image: its form, how its data falls into blocks and a tail, and where it
 * stands. A holder that is set to one inode after the other. Setting it to the same inode at the
 * same place gives the same again, so that laying out and writing are two passes with nothing but
 * the places to remember in between.
 */
abstract class InodePlan {
  static final int BLOCK_SIZE = SuperblockLayout.BLOCK_SIZE;

  /** A last part of data of more bytes becomes a block. */
  static final int TAIL_MAX = BLOCK_SIZE / 2;

  final InodeOrder order;
  final XattrTable xattrs;
  final DirectoryPacker directories;

  /** What is written; the node's own values are not always. */
  int mode;

  int nlink;
  long size;
  int mtimeNanos;

  boolean extended;
  int dataLayout;
  int chunkFormat;

  /** Bytes of the xattr area. */
  int xattrSize;

  /** Data blocks of their own. */
  long blocks;

  /** Bytes behind the xattrs. */
  int tail;

  /** Bytes from the start of the image, a multiple of the slot size. */
  long at;

  InodePlan(InodeOrder order, XattrTable xattrs) {
    this.order = order;
    this.xattrs = xattrs;
    this.directories = new DirectoryPacker(order);
  }

  /**
   * Plans an inode.
   *
   * @param free the first byte behind the inode before it
   * @throws FsException EFBIG, ERANGE or ENAMETOOLONG for what the format cannot hold
   */
  abstract void set(int index, long free) throws FsException;

  /** Bytes of header and xattrs. */
  final int headerSize() {
    return (extended ? ExtendedInodeLayout.SIZE : CompactInodeLayout.SIZE) + xattrSize;
  }

  /** The first byte behind the inode. */
  final long end() {
    return at + headerSize() + tail;
  }

  final int format() {
    return dataLayout << InodeLayout.DATA_LAYOUT_SHIFT
        | (extended ? InodeLayout.FORMAT_EXTENDED : 0);
  }

  /**
   * The field that means something else for each kind.
   *
   * @param firstBlock number of the first block of data, if it has any
   */
  final int data(int index, long firstBlock) {
    if (dataLayout == InodeLayout.CHUNK_BASED) {
      // A table that went into a block keeps the upper half of its number, as the C tool has it.
      return chunkFormat | (blocks == 0 ? 0 : (int) firstBlock & 0xffff0000);
    }
    if (blocks != 0) {
      return (int) firstBlock;
    }
    Node node = order.node(index);
    return node instanceof Device device && (mode & FileType.MASK) != FileType.REGULAR.bits()
        ? device.rdev()
        : 0;
  }

  final void startAt(long position) {
    at = alignUp(position, InodeLayout.SLOT_SIZE);
  }

  static long alignUp(long value, int powerOfTwo) {
    return value + powerOfTwo - 1 & -powerOfTwo;
  }
}
