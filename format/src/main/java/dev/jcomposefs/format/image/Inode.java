package dev.jcomposefs.format.image;

/**
 * The attributes of one inode: a holder to be filled again and again, so that answering a request
 * allocates nothing. Not thread-safe.
 */
public final class Inode {
  private long id;
  private int mode;
  private int nlink;
  private int uid;
  private int gid;
  private int rdev;
  private long size;
  private long mtimeSeconds;
  private int mtimeNanos;

  /**
   * Sets every attribute; ranges as with the accessors.
   *
   * @return this
   */
  public Inode set(
      long id,
      int mode,
      int nlink,
      int uid,
      int gid,
      int rdev,
      long size,
      long mtimeSeconds,
      int mtimeNanos) {
    this.id = id;
    this.mode = mode;
    this.nlink = nlink;
    this.uid = uid;
    this.gid = gid;
    this.rdev = rdev;
    this.size = size;
    this.mtimeSeconds = mtimeSeconds;
    this.mtimeNanos = mtimeNanos;
    return this;
  }

  /** The image's inode id. */
  public long id() {
    return id;
  }

  /** st_mode, 16 bits: a valid type and the permissions. */
  public int mode() {
    return mode;
  }

  public FileType type() {
    FileType type = FileType.ofMode(mode);
    if (type == null) {
      throw new IllegalStateException(
          "inode %d has mode %o, which has no valid type".formatted(id, mode));
    }
    return type;
  }

  /** Link count, unsigned 32 bits; as stored, which need not be the number of names. */
  public int nlink() {
    return nlink;
  }

  /** Owner, unsigned 32 bits. */
  public int uid() {
    return uid;
  }

  /** Group, unsigned 32 bits. */
  public int gid() {
    return gid;
  }

  /** Device number in Linux's 32-bit encoding; 0 unless the type is a device. */
  public int rdev() {
    return rdev;
  }

  /** Bytes, 0 to 2^63-1. */
  public long size() {
    return size;
  }

  /** Seconds since 1970, negative before. */
  public long mtimeSeconds() {
    return mtimeSeconds;
  }

  /** Nanoseconds, unsigned 32 bits as stored; below 10^9 in any sensible image. */
  public int mtimeNanos() {
    return mtimeNanos;
  }
}
