package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;

/**
 * Keys and values by which versions 0 and 1 say what a plain file or directory stands for. The
 * escaped ones are for an overlay that is stacked on the one that shows the image, {@code
 * user.overlay.} ones for one that is mounted by a user. Source: Linux {@code
 * Documentation/filesystems/overlayfs.rst}, "Nesting overlayfs mounts".
 */
final class OverlayMarkers {
  /** On the root, {@link #YES}: the object directories below do not show. */
  static final ByteString ROOT_OPAQUE = ByteString.utf8("trusted.overlay.opaque");

  /** On the regular file that stands for a whiteout, empty. */
  static final ByteString WHITEOUT = ByteString.utf8("trusted.overlay.overlay.whiteout");

  static final ByteString USER_WHITEOUT = ByteString.utf8("user.overlay.whiteout");

  /** On a directory with such files, empty. */
  static final ByteString WHITEOUTS = ByteString.utf8("trusted.overlay.overlay.whiteouts");

  static final ByteString USER_WHITEOUTS = ByteString.utf8("user.overlay.whiteouts");

  /** On a directory with such files in version 1, {@link #HAS_WHITEOUTS}. */
  static final ByteString OPAQUE = ByteString.utf8("trusted.overlay.overlay.opaque");

  static final ByteString USER_OPAQUE = ByteString.utf8("user.overlay.opaque");

  static final ByteString YES = ByteString.utf8("y");
  static final ByteString HAS_WHITEOUTS = ByteString.utf8("x");

  private OverlayMarkers() {}
}
