package dev.jcomposefs.cache.scan;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import org.jspecify.annotations.Nullable;

/** Something in a directory cannot be read, or changed while it was read. */
public final class ScanException extends FsException {
  private static final long serialVersionUID = 1L;

  private final transient ByteString path;

  ScanException(ByteString path, Errno errno, String reason, @Nullable Throwable cause) {
    super(errno, "%s: %s".formatted(path, reason), cause);
    this.path = path;
  }

  ScanException(ByteString path, FsException cause) {
    this(path, cause.errno(), cause.errno().text(), cause);
  }

  /** The source as it was given, a slash, and the path below it. */
  public ByteString path() {
    return path;
  }
}
