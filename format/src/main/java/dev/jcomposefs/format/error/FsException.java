package dev.jcomposefs.format.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a file system call can report: the drivers answer the kernel with {@link
 * #errno()}.
 */
public class FsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  public FsException(Errno errno, String message) {
    this(errno, message, null);
  }

  public FsException(Errno errno, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errno = errno;
  }

  /** What the caller of the file system sees. */
  public final Errno errno() {
    return errno;
  }
}
