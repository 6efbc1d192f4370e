package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.FileType;

/** A regular file, by where its content is. */
public abstract sealed class RegularFile extends Node permits EmptyFile, InlineFile, ExternalFile {

  RegularFile(Metadata metadata) {
    super(metadata, FileType.REGULAR);
  }

  @Override
  public final FileType type() {
    return FileType.REGULAR;
  }
}
