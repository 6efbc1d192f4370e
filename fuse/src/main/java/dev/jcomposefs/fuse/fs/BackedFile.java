package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.cache.verify.VerifiedObject;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.MemorySegment;

/** A file whose bytes are those of an object. */
final class BackedFile extends OpenFile {
  private final VerifiedObject object;

  BackedFile(VerifiedObject object) {
    this.object = object;
  }

  @Override
  public int read(long position, MemorySegment into, long at, int length) throws FsException {
    return object.read(position, into.asSlice(at, length));
  }

  @Override
  public VerifiedObject object() {
    return object;
  }

  @Override
  public void close() {
    object.close();
  }
}
