package dev.jcomposefs.format.image;

import dev.jcomposefs.format.verity.Digest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a regular file are. */
public sealed interface Content {

  /**
   * In the image itself.
   *
   * @param bytes read-only, as long as the inode's size; valid as long as the image
   */
  record Inline(MemorySegment bytes) implements Content {}

  /**
   * In an object below the base directories.
   *
   * @param path relative, without leading slashes, from an untrusted image: open it beneath a base
   *     directory only; null when the image names none, and then the file cannot be read
   * @param size bytes, more than 0; an object of another size is not the one meant
   * @param digest what the object must measure; null when the image does not say
   */
  record Backed(@Nullable ByteString path, long size, @Nullable Digest digest) implements Content {}
}
