package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.cache.verify.VerifiedObject;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A regular file that has been opened. */
public abstract sealed class OpenFile implements AutoCloseable permits InlineFile, BackedFile {
  OpenFile() {}

  /**
   * Copies bytes of the file; thread-safe.
   *
   * @param position bytes from the start of the file, 0 or more
   * @param into where they go, from {@code at} on
   * @param length how many are wanted, 0 or more
   * @return how many were copied: fewer than wanted only at the end of the file
   * @throws FsException EIO if the bytes are not the ones the image means or cannot be read
   */
  public abstract int read(long position, MemorySegment into, long at, int length)
      throws FsException;

  /**
   * The object that holds the content, for a driver that lets the kernel read it; null if the image
   * itself holds it. Belongs to this file.
   */
  public abstract @Nullable VerifiedObject object();

  /** Once, after the last read. */
  @Override
  public abstract void close();
}
