package dev.jcomposefs.fuse.kernel;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;

/**
 * An image must have a digest that the kernel vouches for, and the kernel's fs-verity does not
 * protect it. What is computed here would say nothing about what the kernel reads later.
 */
public final class ImageWithoutVerityException extends FsException {
  private static final long serialVersionUID = 1L;

  ImageWithoutVerityException(String source) {
    super(Errno.ENODATA, source + ": fs-verity does not protect the image");
  }
}
