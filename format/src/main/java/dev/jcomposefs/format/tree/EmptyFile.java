package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.verity.Digest;
import org.jspecify.annotations.Nullable;

/** A regular file of no bytes. */
public final class EmptyFile extends RegularFile {
  private final @Nullable Digest digest;

  /**
   * @throws IllegalArgumentException if the mode is not a regular file's or the size not 0
   */
  public EmptyFile(Metadata metadata) {
    this(metadata, null);
  }

  /**
   * @param digest the fs-verity digest that the image says it has, though nothing depends on it
   * @throws IllegalArgumentException if the mode is not a regular file's or the size not 0
   */
  public EmptyFile(Metadata metadata, @Nullable Digest digest) {
    super(metadata);
    if (metadata.size() != 0) {
      throw new IllegalArgumentException(
          "size: found %s, expected 0".formatted(Long.toUnsignedString(metadata.size())));
    }
    this.digest = digest;
  }

  /**
   * What the image says; null unless it is a descriptor that has one. EROFS has no place for it.
   */
  public @Nullable Digest digest() {
    return digest;
  }
}
