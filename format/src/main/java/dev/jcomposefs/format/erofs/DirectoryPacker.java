package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Directory;
import java.io.IOException;

/**
 * The entries of a directory as an image has them, {@code .} and {@code ..} at their places in
 * bytewise order among the names, and how they fall into blocks and a tail. A holder that is filled
 * for one directory after the other.
 */
final class DirectoryPacker {
  private static final ByteString DOT = ByteString.utf8(".");
  private static final ByteString DOT_DOT = ByteString.utf8("..");

  private final InodeOrder order;

  private Directory directory;
  private boolean isRoot;
  private int count;
  private int dotAt;
  private int dotDotAt;

  private int blocks;
  private int tail;
  private int tailFrom;
  private int subdirectories;

  DirectoryPacker(InodeOrder order) {
    this.order = order;
    this.directory = (Directory) order.node(0);
  }

  /** Packs the entries of a directory. */
  void pack(Directory next) {
    directory = next;
    isRoot = directory == order.node(0);
    count = 2 + (isRoot ? order.rootNames().length : directory.entryCount());
    dotAt = countBefore(DOT);
    dotDotAt = countBefore(DOT_DOT) + 1;
    blocks = 0;
    tailFrom = 0;
    subdirectories = 0;
    int used = 0;
    for (int i = 0; i < count; i++) {
      int size = DirentLayout.SIZE + name(i).length();
      if (used + size > SuperblockLayout.BLOCK_SIZE) {
        blocks++;
        tailFrom = i;
        used = 0;
      }
      used += size;
    }
    tail = used;
    if (used > InodePlan.TAIL_MAX) {
      blocks++;
      tailFrom = count;
      tail = 0;
    }
    for (int k = 0; k < directory.entryCount(); k++) {
      if (directory.entry(k) instanceof Directory) {
        subdirectories++;
      }
    }
  }

  /** Blocks that the entries fill. */
  int blocks() {
    return blocks;
  }

  /** Bytes of the entries behind the blocks, at most half a block. */
  int tail() {
    return tail;
  }

  /** Entries that are directories, hard links and dots not counted. */
  int subdirectories() {
    return subdirectories;
  }

  /** Writes the entries that stand behind the blocks. */
  void writeTail(ImageOutput out, NidTable nids) throws IOException {
    write(out, nids, tailFrom, count);
  }

  /** Writes the blocks, each filled up with zeros. */
  void writeBlocks(ImageOutput out, NidTable nids) throws IOException {
    int from = 0;
    int used = 0;
    for (int i = 0; i < tailFrom; i++) {
      int size = DirentLayout.SIZE + name(i).length();
      if (used + size > SuperblockLayout.BLOCK_SIZE) {
        writeBlock(out, nids, from, i, used);
        from = i;
        used = 0;
      }
      used += size;
    }
    if (from < tailFrom) {
      writeBlock(out, nids, from, tailFrom, used);
    }
  }

  private void writeBlock(ImageOutput out, NidTable nids, int from, int to, int used)
      throws IOException {
    write(out, nids, from, to);
    out.fill(SuperblockLayout.BLOCK_SIZE - used, (byte) 0);
  }

  private void write(ImageOutput out, NidTable nids, int from, int to) throws IOException {
    int nameAt = DirentLayout.SIZE * (to - from);
    for (int i = from; i < to; i++) {
      int index = index(i);
      out.u64(nids.nid(index));
      out.u16(nameAt);
      out.u8(DirentLayout.numberOf(nids.type(index)));
      out.u8(0);
      nameAt += name(i).length();
    }
    for (int i = from; i < to; i++) {
      out.bytes(name(i));
    }
  }

  private ByteString name(int i) {
    if (i == dotAt) {
      return DOT;
    }
    if (i == dotDotAt) {
      return DOT_DOT;
    }
    return childName(child(i));
  }

  private int index(int i) {
    if (i == dotAt) {
      return order.indexOf(directory);
    }
    if (i == dotDotAt) {
      return order.indexOf(directory.parent());
    }
    return isRoot ? order.rootIndexes()[child(i)] : order.indexOf(directory.node(child(i)));
  }

  private int child(int i) {
    return i - (i > dotAt ? 1 : 0) - (i > dotDotAt ? 1 : 0);
  }

  private ByteString childName(int k) {
    return isRoot ? order.rootNames()[k] : directory.name(k);
  }

  /** How many names of entries come before {@code name}. */
  private int countBefore(ByteString name) {
    int low = 0;
    int high = count - 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (childName(middle).compareTo(name) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
