package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.FileType;

/**
 * The attributes that every node has.
 *
 * @param mode st_mode, 16 bits: a valid type and the permissions
 * @param nlink link count, unsigned 32 bits, as declared; need not be the number of names
 * @param uid owner, unsigned 32 bits
 * @param gid group, unsigned 32 bits
 * @param size bytes as declared, unsigned 64 bits; formats decide for which kinds they use it
 * @param mtimeSeconds seconds since 1970, negative before
 * @param mtimeNanos nanoseconds, unsigned 32 bits; below 10^9 in any sensible tree
 */
public record Metadata(
    int mode,
    int nlink,
    int uid,
    int gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    Xattrs xattrs) {

  /**
   * @throws IllegalArgumentException if the mode has more than 16 bits or no valid type
   */
  public Metadata {
    if ((mode & ~0xffff) != 0 || FileType.ofMode(mode) == null) {
      throw new IllegalArgumentException(
          "mode: found %o, expected 16 bits with a valid type".formatted(mode));
    }
  }

  /** The same with these extended attributes. */
  public Metadata with(Xattrs xattrs) {
    return new Metadata(mode, nlink, uid, gid, size, mtimeSeconds, mtimeNanos, xattrs);
  }
}
