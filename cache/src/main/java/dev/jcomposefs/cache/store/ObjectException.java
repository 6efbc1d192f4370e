package dev.jcomposefs.cache.store;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * An object cannot be had, or is not what it should be. Its errno is EIO, unless the process is out
 * of some resource: whoever reads the file can do nothing about the reason.
 */
public final class ObjectException extends FsException {
  private static final long serialVersionUID = 1L;

  /** Backing paths are hostile, so a message shows no more of one; bytes. */
  private static final int SHOWN = 200;

  private final String object;
  private final String reason;

  /**
   * @param path the backing path
   * @param reason where, what was found and what was expected; lower case, no full stop
   */
  public ObjectException(ByteString path, String reason) {
    this(Errno.EIO, path, reason, null);
  }

  public ObjectException(Errno errno, ByteString path, String reason, @Nullable Throwable cause) {
    super(errno, "object %s: %s".formatted(shown(path), reason), cause);
    this.object = shown(path);
    this.reason = reason;
  }

  /** The backing path in printable form, cut if it is very long. */
  public String object() {
    return object;
  }

  /** The message without the object. */
  public String reason() {
    return reason;
  }

  private static String shown(ByteString path) {
    return path.length() <= SHOWN
        ? path.toString()
        : ByteString.copyOf(path.toByteArray(), 0, SHOWN) + "...";
  }
}
