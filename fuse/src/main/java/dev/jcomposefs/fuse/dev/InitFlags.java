package dev.jcomposefs.fuse.dev;

/**
 * What kernel and server may agree on when a connection starts, as bits of one 64-bit set.
 *
 * <p>Source: Linux {@code include/uapi/linux/fuse.h}, FUSE_INIT flags.
 */
final class InitFlags {
  /** Read-ahead goes out as several requests at once. */
  static final long ASYNC_READ = 1L;

  /** The kernel may ask for {@code .} and {@code ..} of any node, to revive a file handle. */
  static final long EXPORT_SUPPORT = 1L << 4;

  /** Directories are read with attributes; without the AUTO bit always so. */
  static final long DO_READDIRPLUS = 1L << 13;

  /** Several lookups and listings of one directory at once. */
  static final long PARALLEL_DIROPS = 1L << 18;

  /** The kernel enforces POSIX ACLs, and remembers which files have none. */
  static final long POSIX_ACL = 1L << 20;

  /** An aborted connection is told from an unmounted one. */
  static final long ABORT_ERROR = 1L << 21;

  /** The reply states the largest request in pages. */
  static final long MAX_PAGES = 1L << 22;

  /** Link targets stay in the page cache. */
  static final long CACHE_SYMLINKS = 1L << 23;

  /** Bits 32 to 63 are valid, in either direction. */
  static final long INIT_EXT = 1L << 30;

  /** The kernel reads a backing file itself. */
  static final long PASSTHROUGH = 1L << 37;

  /** A request can be made to be sent again by a notification. */
  static final long HAS_RESEND = 1L << 39;

  /**
   * The mount may show other owners than the server's: requests then say nothing of who makes them.
   * Fails a mount without {@code default_permissions}. Since Linux 6.12.
   */
  static final long ALLOW_IDMAP = 1L << 40;

  private InitFlags() {}
}
