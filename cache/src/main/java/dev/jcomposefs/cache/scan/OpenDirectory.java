package dev.jcomposefs.cache.scan;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.format.image.ByteString;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory of the scan, open for as long as anybody needs it: the walk, and every file in it
 * that has not been read yet. Thread-safe.
 */
final class OpenDirectory {
  private static final ByteString SLASH = ByteString.utf8("/");

  private final Fd fd;
  private final ByteString path;
  private final AtomicInteger users = new AtomicInteger(1);

  /** Starts with one user. */
  OpenDirectory(Fd fd, ByteString path) {
    this.fd = fd;
    this.path = path;
  }

  Fd fd() {
    return fd;
  }

  /** For messages. */
  ByteString path() {
    return path;
  }

  ByteString pathOf(ByteString name) {
    return path.concat(SLASH).concat(name);
  }

  void retain() {
    users.incrementAndGet();
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      fd.close();
    }
  }
}
