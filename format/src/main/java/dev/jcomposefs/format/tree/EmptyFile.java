package dev.jcomposefs.format.tree;

/** A regular file of no bytes. */
public final class EmptyFile extends RegularFile {
  /**
   * @throws IllegalArgumentException if the mode is not a regular file's or the size not 0
   */
  public EmptyFile(Metadata metadata) {
    super(metadata);
    if (metadata.size() != 0) {
      throw new IllegalArgumentException(
          "size: found %s, expected 0".formatted(Long.toUnsignedString(metadata.size())));
    }
  }
}
