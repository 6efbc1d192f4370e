package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.FileType;

/** A named pipe. */
public final class Fifo extends Node {
  /**
   * @throws IllegalArgumentException if the mode is of another type
   */
  public Fifo(Metadata metadata) {
    super(metadata, FileType.FIFO);
  }

  @Override
  public FileType type() {
    return FileType.FIFO;
  }
}
