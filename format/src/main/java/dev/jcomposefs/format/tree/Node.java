package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.FileType;

/** One inode of a tree. Two nodes are the same file only if they are the same object. */
public abstract sealed class Node implements Entry
    permits Directory, RegularFile, Symlink, Device, Fifo, Socket {
  /** Until the builder has placed the node. */
  private static final int NOT_PLACED = -2;

  /** From then on until the tree is complete. */
  private static final int PLACED = -1;

  private final long size;
  private final long mtimeSeconds;
  private final int mtimeNanos;
  private Access access;
  private int id = NOT_PLACED;

  Node(Metadata metadata) {
    this.size = metadata.size();
    this.mtimeSeconds = metadata.mtimeSeconds();
    this.mtimeNanos = metadata.mtimeNanos();
    this.access = Access.of(metadata);
  }

  Node(Metadata metadata, FileType expected) {
    this(metadata);
    if (FileType.ofMode(mode()) != expected) {
      throw new IllegalArgumentException(
          "mode: found %o, expected a %s".formatted(mode(), expected));
    }
  }

  @Override
  public final Node node() {
    return this;
  }

  /**
   * A number for tables beside the tree: 0 to {@link Tree#nodeCount()} - 1, each once, the root 0,
   * then depth first by primary names. Negative until the tree is built.
   */
  public final int id() {
    return id;
  }

  /** st_mode, 16 bits: a valid type and the permissions. */
  public final int mode() {
    return access.mode();
  }

  public abstract FileType type();

  /** Link count, unsigned 32 bits, as declared; need not be the number of names. */
  public final int nlink() {
    return access.nlink();
  }

  /** Owner, unsigned 32 bits. */
  public final int uid() {
    return access.uid();
  }

  /** Group, unsigned 32 bits. */
  public final int gid() {
    return access.gid();
  }

  /**
   * Bytes as declared, unsigned 64 bits. The content's length for an inline or empty regular file;
   * for a symbolic link it need not be the length of the target.
   */
  public final long size() {
    return size;
  }

  /** Seconds since 1970, negative before. */
  public final long mtimeSeconds() {
    return mtimeSeconds;
  }

  /** Nanoseconds, unsigned 32 bits. */
  public final int mtimeNanos() {
    return mtimeNanos;
  }

  public final Xattrs xattrs() {
    return access.xattrs();
  }

  /**
   * Marks the node as having its primary name.
   *
   * @param recent of the nodes of its tree
   */
  final void place(Access.Recent recent) {
    access = recent.share(access);
    id = PLACED;
  }

  final boolean isPlaced() {
    return id != NOT_PLACED;
  }

  final void number(int id) {
    this.id = id;
  }
}
