package dev.jcomposefs.format.image;

import java.lang.foreign.MemorySegment;

/** Takes the extended attributes of an inode, one by one. */
@FunctionalInterface
public interface XattrSink {
  /**
   * @param key the full key, prefix included
   * @param value read-only; valid as long as the image
   */
  void xattr(ByteString key, MemorySegment value);
}
