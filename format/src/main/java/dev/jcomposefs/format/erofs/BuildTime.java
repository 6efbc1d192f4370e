package dev.jcomposefs.format.erofs;

/**
 * The time in the superblock, which compact inodes have for their mtime: nothing to do with a
 * clock.
 *
 * @param seconds since 1970, negative before
 * @param nanos unsigned 32 bits
 */
record BuildTime(long seconds, int nanos) {
  static final BuildTime ZERO = new BuildTime(0, 0);

  /** The smallest mtime of all inodes. */
  static BuildTime earliest(InodeOrder order) {
    long seconds = order.node(0).mtimeSeconds();
    int nanos = order.node(0).mtimeNanos();
    for (int i = 1; i < order.count(); i++) {
      long s = order.node(i).mtimeSeconds();
      int n = order.node(i).mtimeNanos();
      if (s < seconds || (s == seconds && Integer.compareUnsigned(n, nanos) < 0)) {
        seconds = s;
        nanos = n;
      }
    }
    return new BuildTime(seconds, nanos);
  }
}
