package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.store.ObjectFile;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import org.jspecify.annotations.Nullable;

/** Asks for the digest that every read of an object is held against anyway. */
@FunctionalInterface
interface KernelVerity {
  /** Null if there is none. */
  @Nullable Digest measure(ObjectFile object) throws FsException;

  /**
   * The running kernel's. The ioctl alone would not do: a FUSE server below the store may answer it
   * with any digest. The attribute of statx(2) is set by file systems of the kernel only; and where
   * it is missing, the ioctl is saved.
   */
  KernelVerity RUNNING =
      object ->
          object.stat().hasVerity() ? LinuxVerity.measure(object.fd(), object.toString()) : null;
}
