package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.FileType;

/** A Unix domain socket. */
public final class Socket extends Node {
  /**
   * @throws IllegalArgumentException if the mode is of another type
   */
  public Socket(Metadata metadata) {
    super(metadata, FileType.SOCKET);
  }

  @Override
  public FileType type() {
    return FileType.SOCKET;
  }
}
