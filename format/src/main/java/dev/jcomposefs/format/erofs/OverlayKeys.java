package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * overlayfs's own xattr keys, and how one that is meant for users is told from them: by one more
 * {@code overlay.}. Source: Linux {@code Documentation/filesystems/overlayfs.rst}, "Nesting
 * overlayfs mounts".
 */
final class OverlayKeys {
  static final ByteString METACOPY = ByteString.utf8("trusted.overlay.metacopy");
  static final ByteString REDIRECT = ByteString.utf8("trusted.overlay.redirect");

  /** What overlayfs keeps for itself. */
  static final ByteString PRIVATE = ByteString.utf8("trusted.overlay.");

  /** Put behind {@code trusted.} to escape a private key. */
  static final ByteString ESCAPE = ByteString.utf8("overlay.");

  /** What a mount shows as {@link #PRIVATE}. */
  static final ByteString ESCAPED = ByteString.utf8("trusted.overlay.overlay.");

  private OverlayKeys() {}

  /** The key that a mount shows for one in the image, or null when it hides it. */
  static @Nullable ByteString shown(ByteString key) {
    if (!key.startsWith(PRIVATE)) {
      return key;
    }
    return key.startsWith(ESCAPED) ? PRIVATE.concat(key.substring(ESCAPED.length())) : null;
  }

  /** What the image puts behind the prefix of a key that a mount shows. */
  static ByteString inserted(MemorySegment keys, long at, int length) {
    return XattrPrefix.startsWith(keys, at, length, PRIVATE) ? ESCAPE : ByteString.EMPTY;
  }
}
