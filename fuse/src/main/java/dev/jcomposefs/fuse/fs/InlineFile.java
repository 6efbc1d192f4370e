package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.cache.verify.VerifiedObject;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A file whose bytes are in the image; the empty file is one. */
final class InlineFile extends OpenFile {
  private final MemorySegment bytes;

  InlineFile(MemorySegment bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(long position, MemorySegment into, long at, int length) {
    if (position >= bytes.byteSize()) {
      return 0;
    }
    int n = (int) Math.min(length, bytes.byteSize() - position);
    MemorySegment.copy(bytes, position, into, at, n);
    return n;
  }

  @Override
  public @Nullable VerifiedObject object() {
    return null;
  }

  @Override
  public void close() {
    // the bytes belong to the image
  }
}
