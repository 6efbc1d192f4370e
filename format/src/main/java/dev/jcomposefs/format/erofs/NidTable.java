package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.FileType;

/** Where each inode lies, by its index; what directory entries point to. */
final class NidTable {
  private final InodeOrder order;
  private final boolean escapeWhiteouts;
  private final int[] nids;

  NidTable(InodeOrder order, ErofsVersion version) {
    this.order = order;
    this.escapeWhiteouts = version != ErofsVersion.V2;
    this.nids = new int[order.count()];
  }

  /**
   * @param at bytes from the start of the image, a multiple of {@link InodeLayout#SLOT_SIZE}
   * @throws FsException EFBIG beyond 64 GiB
   */
  void place(int index, long at) throws FsException {
    long nid = at >> InodeLayout.SLOT_BITS;
    if (nid > Integer.MAX_VALUE) {
      throw new FsException(
          Errno.EFBIG,
          "image: found inode %d at %d, expected less than 64 GiB".formatted(index, at));
    }
    nids[index] = (int) nid;
  }

  int nid(int index) {
    return nids[index];
  }

  /** The type of the inode as the image has it. */
  FileType type(int index) {
    return escapeWhiteouts && order.isWhiteout(index) ? FileType.REGULAR : order.node(index).type();
  }
}
