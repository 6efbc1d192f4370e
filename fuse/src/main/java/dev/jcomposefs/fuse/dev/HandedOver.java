package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.cache.store.ObjectFile;
import dev.jcomposefs.cache.store.ObjectPlace;
import dev.jcomposefs.cache.verify.VerifiedObject;
import dev.jcomposefs.cache.verify.VerifyEngine;
import org.jspecify.annotations.Nullable;

/**
 * An object that the kernel was given to read by itself. The kernel keeps the file, so we need not.
 *
 * @param id the file's with the kernel, more than 0
 * @param checked the file, as it was when it was checked as a whole last
 * @param place where it was found; null if its fs-verity keeps it from changing
 */
record HandedOver(int id, FileIdentity checked, @Nullable ObjectPlace place) {
  static HandedOver of(int id, VerifiedObject object) {
    ObjectFile file = object.file();
    return new HandedOver(
        id, file.stat().identity(), object.engine() == VerifyEngine.KERNEL ? null : file.place());
  }

  /**
   * Whether the file is known to be what it was when it was checked. The kernel keeps it, so nobody
   * else has its inode number; if something else is found in its place it may have changed, too,
   * but nobody can see that any more.
   */
  boolean isUnchanged() {
    return place == null || place.holds(checked);
  }

  /** Whether this is the same file, changed or not. */
  boolean isSameFile(VerifiedObject object) {
    return checked.isOfSameFile(object.file().stat().identity());
  }
}
