package dev.jcomposefs.cache.store;

import dev.jcomposefs.format.error.FsException;
import java.nio.file.Path;

/** A store cannot be written to. */
public final class StoreException extends FsException {
  private static final long serialVersionUID = 1L;

  StoreException(Path store, FsException cause) {
    super(cause.errno(), "store %s: %s".formatted(store, cause.getMessage()), cause);
  }
}
