package dev.jcomposefs.cache.store;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.image.ByteString;

/**
 * Where an object was found, for whoever wants to know whether it is still there and does not keep
 * it open. Of use as long as its store is open. Thread-safe.
 */
public final class ObjectPlace {
  private final Fd base;
  private final ByteString path;

  ObjectPlace(Fd base, ByteString path) {
    this.base = base;
    this.path = path;
  }

  /**
   * Whether a certain file, in a certain state, is there. Where somebody keeps that file from being
   * deleted, so that its inode number is no other's, this is certain, whatever links lead to it.
   * Allocates nothing.
   */
  public boolean holds(FileIdentity file) {
    return LinuxFiles.hasIdentity(base, path, file);
  }
}
