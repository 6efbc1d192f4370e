package dev.jcomposefs.format;

import dev.jcomposefs.format.descriptor.DescriptorImage;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.MetadataImage;
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
}
