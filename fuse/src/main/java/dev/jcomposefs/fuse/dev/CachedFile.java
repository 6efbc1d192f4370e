package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.fuse.fs.OpenFile;
import org.jspecify.annotations.Nullable;

/** One file of {@link FileCache}. */
final class CachedFile {
  /** The kernel was not offered the file yet. */
  static final int NOT_OFFERED = 0;

  /** The kernel cannot read the file itself; its reads come here. */
  static final int REFUSED = -1;

  final long node;

  /** Set once, by whoever holds this object's monitor. */
  volatile @Nullable OpenFile file;

  /**
   * The file's id with the kernel, {@link #NOT_OFFERED} or {@link #REFUSED}; written by whoever
   * holds this object's monitor.
   */
  volatile int backingId = NOT_OFFERED;

  /** The object as it was when it was checked as a whole last; written as {@link #backingId}. */
  volatile @Nullable FileIdentity checked;

  // The rest is guarded by the cache.

  /** Threads that use it at this moment. */
  int users;

  /** How often the kernel has it open. */
  long opens;

  /** Whether the cache leads to it; if not, the last user closes it. */
  boolean cached;

  @Nullable CachedFile nextInBucket;
  @Nullable CachedFile newer;
  @Nullable CachedFile older;

  CachedFile(long node) {
    this.node = node;
  }

  /** Whether nothing breaks when it is closed; asked under the cache's lock. */
  boolean isUnused() {
    return users == 0 && opens == 0;
  }
}
