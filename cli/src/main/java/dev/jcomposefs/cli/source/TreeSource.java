package dev.jcomposefs.cli.source;

import dev.jcomposefs.cache.image.ImageFile;
import dev.jcomposefs.cli.file.DescriptorInput;
import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.descriptor.DescriptorImage;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * A tree that was read from a file of any format.
 *
 * @param form what the file is
 */
public record TreeSource(Tree tree, Form form) {
  /** The forms that a tree comes in. */
  public enum Form {
    EROFS,
    DESCRIPTOR,
    DUMP
  }

  /**
   * Reads an image or a dump, which is told by its first byte: that of a dump belongs to the path
   * of the root, and no image begins with a slash or a backslash.
   *
   * @throws dev.jcomposefs.format.error.FsException if it is neither, or a damaged one
   */
  public static TreeSource read(Path path) throws IOException {
    if (isDump(path)) {
      try (InputStream in = DescriptorInput.open(path)) {
        return new TreeSource(DumpReader.read(in, path.toString(), DumpMode.COMPATIBLE), Form.DUMP);
      }
    }
    try (ImageFile file = ImageFile.open(path, null)) {
      MetadataImage image = ImageReader.open(file.bytes(), file.source());
      return new TreeSource(
          ImageReader.toTree(image),
          image instanceof DescriptorImage ? Form.DESCRIPTOR : Form.EROFS);
    }
  }

  private static boolean isDump(Path path) throws IOException {
    try (InputStream in = DescriptorInput.open(path)) {
      int first = in.read();
      return first == '/' || first == '\\';
    }
  }
}
