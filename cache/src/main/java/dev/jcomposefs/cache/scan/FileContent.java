package dev.jcomposefs.cache.scan;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;

/** What becomes of the content of a regular file that is not empty. */
sealed interface FileContent {
  record Inline(ByteString bytes) implements FileContent {}

  record External(Digest digest) implements FileContent {}
}
