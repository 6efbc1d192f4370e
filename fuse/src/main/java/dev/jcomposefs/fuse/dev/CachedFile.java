package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.fuse.fs.OpenFile;
import org.jspecify.annotations.Nullable;

/** One file of {@link FileCache}: open on this side, or handed over to the kernel, or neither. */
final class CachedFile {
  final long node;

  // Written by FileCache, with this object's monitor.

  /** Null if it is not open. */
  volatile @Nullable OpenFile file;

  /** Null if the kernel cannot read it by itself. */
  volatile @Nullable HandedOver handedOver;

  // Written by Contents, with this object's monitor.

  /** The kernel shall not read it by itself; its reads come here. */
  volatile boolean refused;

  // Of FileCache, guarded by its lock.

  /** Threads that use it at this moment. */
  int users;

  /** How often the kernel has it open. */
  long opens;

  @Nullable CachedFile nextInBucket;

  // Of KeptFiles, guarded by the same lock.

  final KeptFiles.Place place = new KeptFiles.Place();

  CachedFile(long node) {
    this.node = node;
  }

  /** Whether there is anything to keep; certain if nobody uses it. */
  boolean isOpen() {
    return file != null || handedOver != null;
  }

  /** Null if the cache does not lead to it; then the last user closes it. */
  @Nullable KeptFiles keptBy() {
    return place.keptBy();
  }

  /** Whether nothing breaks when it is closed; asked under the cache's lock. */
  boolean isUnused() {
    return users == 0 && opens == 0;
  }
}
