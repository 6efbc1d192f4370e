package dev.jcomposefs.format.verity;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;

/** A file did not keep its size while it was measured, so that no digest is its digest. */
public final class FileChangedException extends FsException {
  private static final long serialVersionUID = 1L;

  FileChangedException(String message) {
    super(Errno.EIO, message);
  }
}
