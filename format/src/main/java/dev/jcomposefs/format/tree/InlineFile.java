package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;

/** A regular file whose content is in the tree, and goes into the image. */
public final class InlineFile extends RegularFile {
  /** The most bytes of content that a composefs image holds for one file. */
  public static final int MAX_CONTENT = 5000;

  private final ByteString content;

  /**
   * @param content 1 to {@link #MAX_CONTENT} bytes
   * @throws IllegalArgumentException if the mode is not a regular file's, or the size not the
   *     content's length, or that is out of range
   */
  public InlineFile(Metadata metadata, ByteString content) {
    super(metadata);
    if (content.isEmpty() || content.length() > MAX_CONTENT) {
      throw new IllegalArgumentException(
          "inline content: found %d bytes, expected 1 to %d"
              .formatted(content.length(), MAX_CONTENT));
    }
    if (metadata.size() != content.length()) {
      throw new IllegalArgumentException(
          "size: found %s, expected %d, the content's length"
              .formatted(Long.toUnsignedString(metadata.size()), content.length()));
    }
    this.content = content;
  }

  public ByteString content() {
    return content;
  }
}
