package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import org.jspecify.annotations.Nullable;

/**
 * Which directory a directory is in. The format does not say so; one pass over all entries, at the
 * first question, finds it out. Thread-safe.
 */
final class Parents {
  private final ImageBytes bytes;
  private final InodeReader inodes;

  /** By index, the parent's inode id, 0 for none; computing it twice does no harm. */
  private volatile int @Nullable [] parents;

  Parents(ImageBytes bytes, InodeReader inodes) {
    this.bytes = bytes;
    this.inodes = inodes;
  }

  /** The parent's inode id; the root's for the root, and for a directory that no entry names. */
  long of(long directory) {
    int[] known = parents;
    if (known == null) {
      known = find();
      parents = known;
    }
    int parent = known[(int) (directory - 1)];
    return parent == 0 ? DescriptorImage.ROOT : parent;
  }

  private int[] find() {
    int[] found = new int[inodes.count()];
    // Chunks of directories do not overlap in an image that a tool wrote. Where they do, there can
    // be as many entries as the square of the image's size.
    long budget = inodes.variableDataSize() / DirectoryLayout.ENTRY_SIZE;
    for (int index = 0; index < found.length && budget > 0; index++) {
      try {
        budget -= noteChildren(index, budget, found);
      } catch (CorruptImageException e) {
        // Whoever lists this directory is told. The others have their parents all the same.
        budget--;
      }
    }
    return found;
  }

  /**
   * Throws before it has looked at any entry, or not at all: else the budget would not count it.
   */
  private long noteChildren(int index, long budget, int[] found) throws CorruptImageException {
    long inode = InodeReader.recordAt(index);
    if (FileType.ofMode(inodes.mode(inode)) != FileType.DIRECTORY) {
      return 0;
    }
    DirectoryChunk chunk = new DirectoryChunk(bytes, inodes, inode);
    for (long number = 0; number < Math.min(chunk.count(), budget); number++) {
      long child = chunk.index(number);
      if (child < found.length && found[(int) child] == 0 && chunk.saysDirectory(number)) {
        found[(int) child] = index + 1;
      }
    }
    return chunk.count();
  }
}
