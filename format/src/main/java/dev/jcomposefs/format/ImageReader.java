package dev.jcomposefs.format;

import dev.jcomposefs.format.descriptor.DescriptorImage;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.tree.Tree;
import java.lang.foreign.MemorySegment;

/** Opens an image of any known format. */
public final class ImageReader {
  private ImageReader() {}

  /**
   * Finds out the format by the magic number.
   *
   * @param bytes the whole image; borrowed, must stay open and unchanged as long as the result is
   *     used
   * @param source what messages call it: a path, as the user gave it
   * @throws UnsupportedImageException if the image asks for what this version cannot do
   * @throws CorruptImageException if it is no composefs image or a damaged one
   */
  public static MetadataImage open(MemorySegment bytes, String source) throws FsException {
    return DescriptorImage.isDescriptor(bytes)
        ? DescriptorImage.open(bytes, source)
        : ErofsImage.open(bytes, source);
  }

  /**
   * Reads a whole image into a tree and checks all of it; the image's class says in which view.
   *
   * @param image one that {@link #open} gave out
   * @throws CorruptImageException if any part of the tree breaks the rules
   */
  public static Tree toTree(MetadataImage image) throws FsException {
    return switch (image) {
      case ErofsImage erofs -> erofs.toTree();
      case DescriptorImage descriptor -> descriptor.toTree();
      default ->
          throw new IllegalArgumentException(
              image.source() + ": image of an unknown class " + image.getClass().getName());
    };
  }
}
