package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;

/**
 * The format version of an image. The bytes of an image, and so its digest, follow from tree and
 * version alone.
 */
public enum ErofsVersion {
  /** Breadth-first, compact inodes, whiteouts escaped: what the C tool writes by default. */
  V0(0),

  /** As {@link #V0}, and directories with whiteouts are marked opaque. */
  V1(1),

  /**
   * Depth-first, extended inodes only, whiteouts as they are: what the Rust tool wrote at first.
   */
  V2(2);

  private final int number;

  ErofsVersion(int number) {
    this.number = number;
  }

  /** What the image's header says, 0 to 2. */
  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if {@code number} is not 0 to 2
   */
  public static ErofsVersion of(int number) {
    return switch (number) {
      case 0 -> V0;
      case 1 -> V1;
      case 2 -> V2;
      default ->
          throw new IllegalArgumentException(
              "format version: found %d, expected 0 to 2".formatted(number));
    };
  }

  /**
   * Chooses as the C {@code mkcomposefs} does: {@code min}, but 1 instead of 0 for a tree with
   * whiteouts if {@code max} allows it. A {@code max} below {@code min} counts as {@code min}.
   *
   * @throws FsException EINVAL if either is not 0 or 1
   */
  public static ErofsVersion choose(int min, int max, Tree tree) throws FsException {
    int highest = Math.max(min, max);
    if (min < 0 || highest > 1) {
      throw new FsException(
          Errno.EINVAL, "format version: found %d to %d, expected 0 to 1".formatted(min, highest));
    }
    return min == 0 && highest == 1 && hasWhiteout(tree) ? V1 : of(min);
  }

  private static boolean hasWhiteout(Tree tree) {
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      if (walk.entry() instanceof Device device && device.isWhiteout()) {
        return true;
      }
    }
    return false;
  }
}
