package dev.jcomposefs.format.tree;

import org.jspecify.annotations.Nullable;

/**
 * The part of a node's attributes in which most nodes of a tree are like many others: one object
 * for all of these takes 24 bytes off each node.
 *
 * @param mode see {@link Node#mode()}, as for all others
 */
record Access(int mode, int nlink, int uid, int gid, Xattrs xattrs) {
  static Access of(Metadata metadata) {
    return new Access(
        metadata.mode(), metadata.nlink(), metadata.uid(), metadata.gid(), metadata.xattrs());
  }

  /** As {@code equals}, which the JDK would put together from method handles when first called. */
  boolean isLike(Access other) {
    return mode == other.mode
        && nlink == other.nlink
        && uid == other.uid
        && gid == other.gid
        && xattrs.equals(other.xattrs);
  }

  /** Where the last one of its kind is remembered; of no other meaning. */
  int place() {
    int hash = ((mode * 31 + nlink) * 31 + uid) * 31 + gid;
    return (hash * 31 + System.identityHashCode(xattrs)) * 0x9E3779B9;
  }

  /**
   * Remembers the last ones of a tree that is built. What falls on the same place drives the other
   * out, so that neither memory nor time depends on what there is. Not thread-safe.
   */
  static final class Recent {
    private static final int PLACE_BITS = 10;

    private final @Nullable Access[] recent = new @Nullable Access[1 << PLACE_BITS];

    /** One that is equal and was given here before, or this one. */
    Access share(Access access) {
      int place = access.place() >>> (Integer.SIZE - PLACE_BITS);
      Access last = recent[place];
      if (last != null && last.isLike(access)) {
        return last;
      }
      recent[place] = access;
      return access;
    }
  }
}
