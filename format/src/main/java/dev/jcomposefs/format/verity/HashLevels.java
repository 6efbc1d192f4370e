package dev.jcomposefs.format.verity;

import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree above a row of hashes that come one by one: one block of hashes for each level,
 * so 8 blocks at most for SHA-256 and 9 for SHA-512. Not thread-safe.
 *
 * <p>A full block is hashed into the level above only when a further hash comes for its own level.
 * Until then it may be the highest of the tree, and its hash the root.
 */
final class HashLevels {
  /** One block of hashes. */
  private static final class Level {
    final byte[] hashes = new byte[BlockHasher.BLOCK_SIZE];
    int length; // bytes in use; 0 if the level is not part of the tree
  }

  private final BlockHasher hasher;
  private final int digestSize;
  private final List<Level> levels = new ArrayList<>();

  /** Borrows the hasher, which must be between two blocks at every call here. */
  HashLevels(BlockHasher hasher) {
    this.hasher = hasher;
    this.digestSize = hasher.algorithm().digestSize();
  }

  /** Takes the next hash of the row, which stands at {@code at}. */
  void add(byte[] hashes, int at) {
    Level row = withRoom(0);
    System.arraycopy(hashes, at, row.hashes, row.length, digestSize);
    row.length += digestSize;
  }

  /**
   * The one hash at the top: the only one of the row, or all zeros if the row has none. To be asked
   * once; {@link #reset} starts another row.
   */
  byte[] root() {
    byte[] root = new byte[digestSize];
    if (lengthOf(0) <= digestSize && lengthOf(1) == 0) {
      if (lengthOf(0) > 0) {
        System.arraycopy(levels.getFirst().hashes, 0, root, 0, digestSize);
      }
      return root;
    }
    int top = 0;
    while (lengthOf(top + 1) > 0) {
      hashIntoNext(top);
      top++;
    }
    Level last = levels.get(top);
    hasher.hash(last.hashes, 0, last.length, root, 0);
    return root;
  }

  void reset() {
    for (Level level : levels) {
      level.length = 0;
    }
  }

  private int lengthOf(int index) {
    return index < levels.size() ? levels.get(index).length : 0;
  }

  private Level withRoom(int index) {
    if (index == levels.size()) {
      levels.add(new Level());
    }
    Level level = levels.get(index);
    if (level.length == BlockHasher.BLOCK_SIZE) {
      hashIntoNext(index);
    }
    return level;
  }

  /** Hashes a level's block into the level above, as deep a recursion as the tree has levels. */
  private void hashIntoNext(int index) {
    Level level = levels.get(index);
    Level next = withRoom(index + 1);
    hasher.hash(level.hashes, 0, level.length, next.hashes, next.length);
    next.length += digestSize;
    level.length = 0;
  }
}
