package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Writes a tree as a composefs image. The bytes follow from tree and version alone and are those of
 * the existing writers: the C tool for versions 0 and 1, the Rust tool for version 2.
 *
 * <p>Everything is laid out first, then written from start to end; beside the tree that takes a few
 * numbers per inode, and no part of the image is kept. A tree may be written again, also by several
 * threads at once.
 */
public final class ErofsWriter {
  private static final long U32_MAX = 0xffffffffL;

  private final ErofsVersion version;
  private final InodeOrder order;
  private final XattrTable xattrs;
  private final BuildTime buildTime;
  private final InodePlan plan;
  private final NidTable nids;

  /** Indexes of the inodes that have data blocks, in order. */
  private int[] blockOwners = new int[16];

  private int blockOwnerCount;
  private long inodesEnd;
  private long dataStart;
  private long end;

  private ErofsWriter(Tree tree, ErofsVersion version) throws FsException {
    this.version = version;
    boolean depthFirst = version == ErofsVersion.V2;
    this.order = depthFirst ? InodeOrder.depthFirst(tree) : InodeOrder.breadthFirst(tree);
    this.xattrs = new XattrTable(order, version);
    for (int i = 0; i < order.count(); i++) {
      xattrs.count(i);
    }
    xattrs.share();
    this.buildTime = depthFirst ? BuildTime.ZERO : BuildTime.earliest(order);
    this.plan =
        depthFirst
            ? new DepthFirstPlan(order, xattrs)
            : new BreadthFirstPlan(order, xattrs, buildTime);
    this.nids = new NidTable(order, version);
    layOut();
  }

  /**
   * Writes an image.
   *
   * @param out takes the image; neither flushed nor closed
   * @throws FsException if the format cannot hold the tree: EFBIG for a file beyond 2^53 bytes or
   *     data too large for version 2, ERANGE for too many or too large xattrs; nothing has been
   *     written then
   * @throws IOException if {@code out} fails
   */
  public static void write(Tree tree, ErofsVersion version, OutputStream out) throws IOException {
    new ErofsWriter(tree, version).write(new ImageOutput(out, null));
  }

  /**
   * The same, and measures the image on the way.
   *
   * @param algorithm of the digest; nothing in the image depends on it
   * @return the image's own fs-verity digest
   */
  public static Digest write(
      Tree tree, ErofsVersion version, HashAlgorithm algorithm, OutputStream out)
      throws IOException {
    VerityHasher hasher = new VerityHasher(algorithm);
    new ErofsWriter(tree, version).write(new ImageOutput(out, hasher));
    return hasher.digest();
  }

  /**
   * The fs-verity digest that the image would have.
   *
   * @throws FsException as for {@link #write(Tree, ErofsVersion, OutputStream)}
   */
  public static Digest measure(Tree tree, ErofsVersion version, HashAlgorithm algorithm)
      throws IOException {
    return write(tree, version, algorithm, OutputStream.nullOutputStream());
  }

  private void layOut() throws FsException {
    long free = SuperblockLayout.INODES_AT;
    long blocks = 0;
    for (int i = 0; i < order.count(); i++) {
      plan.set(i, free);
      nids.place(i, plan.at);
      free = plan.end();
      if (plan.blocks > 0) {
        blocks += plan.blocks;
        addBlockOwner(i);
      }
    }
    inodesEnd = InodePlan.alignUp(free, InodeLayout.SLOT_SIZE);
    dataStart = InodePlan.alignUp(inodesEnd + xattrs.sharedSize(), SuperblockLayout.BLOCK_SIZE);
    end = dataStart + blocks * SuperblockLayout.BLOCK_SIZE;
    if (end / SuperblockLayout.BLOCK_SIZE > U32_MAX) {
      throw new FsException(
          Errno.EFBIG, "image: found %d bytes, expected less than 16 TiB".formatted(end));
    }
  }

  private void addBlockOwner(int index) {
    if (blockOwnerCount == blockOwners.length) {
      blockOwners = Arrays.copyOf(blockOwners, 2 * blockOwnerCount);
    }
    blockOwners[blockOwnerCount++] = index;
  }

  private void write(ImageOutput out) throws IOException {
    writeHeader(out);
    writeSuperblock(out);
    writeInodes(out);
    out.zerosUpTo(inodesEnd);
    xattrs.writeShared(out);
    out.zerosUpTo(dataStart);
    for (int i = 0; i < blockOwnerCount; i++) {
      writeBlocks(order.node(blockOwners[i]), out);
    }
    if (out.position() != end) {
      throw new AssertionError("image has %d bytes, not %d".formatted(out.position(), end));
    }
    out.flush();
  }

  private void writeHeader(ImageOutput out) throws IOException {
    boolean acls = version != ErofsVersion.V2 && xattrs.hasAcls();
    out.u32(HeaderLayout.MAGIC);
    out.u32(HeaderLayout.VERSION);
    out.u32(acls ? HeaderLayout.FLAG_HAS_ACL : 0);
    out.u32(version.number());
    out.zerosUpTo(SuperblockLayout.AT);
  }

  private void writeSuperblock(ImageOutput out) throws IOException {
    boolean relative = version != ErofsVersion.V2;
    out.u32(SuperblockLayout.MAGIC);
    out.u32(0); // checksum
    out.u32(SuperblockLayout.COMPAT_MTIME | SuperblockLayout.COMPAT_XATTR_FILTER);
    out.u8(SuperblockLayout.BLOCK_BITS);
    out.u8(0); // extension slots
    out.u16(nids.nid(0));
    out.u64(order.count());
    out.u64(buildTime.seconds());
    out.u32(buildTime.nanos());
    out.u32((int) (end / SuperblockLayout.BLOCK_SIZE));
    out.u32(0); // block that inode slots count from
    out.u32(relative ? (int) (inodesEnd / SuperblockLayout.BLOCK_SIZE) : 0);
    out.zerosUpTo(SuperblockLayout.INODES_AT);
  }

  private void writeInodes(ImageOutput out) throws IOException {
    long sharedFrom =
        version == ErofsVersion.V2 ? inodesEnd : inodesEnd % SuperblockLayout.BLOCK_SIZE;
    long block = dataStart / SuperblockLayout.BLOCK_SIZE;
    long free = SuperblockLayout.INODES_AT;
    for (int i = 0; i < order.count(); i++) {
      plan.set(i, free);
      out.zerosUpTo(plan.at);
      writeInode(i, plan.data(i, block), out);
      xattrs.write(i, sharedFrom, out);
      writeTail(order.node(i), out);
      free = plan.end();
      block += plan.blocks;
    }
  }

  private void writeInode(int index, int data, ImageOutput out) throws IOException {
    Node node = order.node(index);
    out.u16(plan.format());
    out.u16(XattrLayout.areaCount(plan.xattrSize));
    out.u16(plan.mode);
    int ino = version == ErofsVersion.V2 ? nids.nid(index) : index;
    if (plan.extended) {
      out.u16(0);
      out.u64(plan.size);
      out.u32(data);
      out.u32(ino);
      out.u32(node.uid());
      out.u32(node.gid());
      out.u64(node.mtimeSeconds());
      out.u32(plan.mtimeNanos);
      out.u32(plan.nlink);
      out.u64(0);
      out.u64(0);
    } else {
      out.u16(plan.nlink);
      out.u32((int) plan.size);
      out.u32(0);
      out.u32(data);
      out.u32(ino);
      out.u16(node.uid());
      out.u16(node.gid());
      out.u32(0);
    }
  }

  private void writeTail(Node node, ImageOutput out) throws IOException {
    if (plan.tail == 0) {
      return;
    }
    switch (node) {
      case Directory _ -> plan.directories.writeTail(out, nids);
      case InlineFile file ->
          out.bytes(file.content().substring(file.content().length() - plan.tail));
      case Symlink symlink -> out.bytes(symlink.target());
      case ExternalFile _ -> out.fill(plan.tail, (byte) InodeLayout.CHUNK_NULL);
      case EmptyFile _, Device _, Fifo _, Socket _ -> {}
    }
  }

  private void writeBlocks(Node node, ImageOutput out) throws IOException {
    switch (node) {
      case Directory directory -> {
        plan.directories.pack(directory);
        plan.directories.writeBlocks(out, nids);
      }
      case InlineFile file -> {
        int inTail = file.content().length() % SuperblockLayout.BLOCK_SIZE;
        boolean hasTail = inTail <= InodePlan.TAIL_MAX;
        writePadded(
            file.content().substring(0, file.content().length() - (hasTail ? inTail : 0)), out);
      }
      case Symlink symlink -> writePadded(symlink.target(), out);
      case ExternalFile _ -> out.fill(SuperblockLayout.BLOCK_SIZE, (byte) InodeLayout.CHUNK_NULL);
      case EmptyFile _, Device _, Fifo _, Socket _ -> {}
    }
  }

  /** Writes bytes and zeros up to whole blocks. */
  private static void writePadded(ByteString bytes, ImageOutput out) throws IOException {
    out.bytes(bytes);
    long padded = InodePlan.alignUp(bytes.length(), SuperblockLayout.BLOCK_SIZE);
    out.fill((int) padded - bytes.length(), (byte) 0);
  }
}
