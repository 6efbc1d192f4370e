package dev.jcomposefs.cache.image;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;

/** An image is not the one that was asked for. */
public final class WrongImageDigestException extends FsException {
  private static final long serialVersionUID = 1L;

  public WrongImageDigestException(String source, Digest found, Digest expected) {
    super(Errno.EIO, "%s: digest is %s, expected %s".formatted(source, found, expected));
  }
}
