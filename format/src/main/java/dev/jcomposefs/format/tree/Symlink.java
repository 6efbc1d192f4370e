package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;

/** A symbolic link. */
public final class Symlink extends Node {
  /** Linux's PATH_MAX without the final zero. */
  public static final int MAX_TARGET = 4095;

  private final ByteString target;

  /**
   * @param target 1 to {@link #MAX_TARGET} bytes
   * @throws IllegalArgumentException if the mode is not a symbolic link's, or the target out of
   *     range
   */
  public Symlink(Metadata metadata, ByteString target) {
    super(metadata, FileType.SYMLINK);
    if (target.isEmpty() || target.length() > MAX_TARGET) {
      throw new IllegalArgumentException(
          "link target: found %d bytes, expected 1 to %d".formatted(target.length(), MAX_TARGET));
    }
    this.target = target;
  }

  @Override
  public FileType type() {
    return FileType.SYMLINK;
  }

  public ByteString target() {
    return target;
  }
}
