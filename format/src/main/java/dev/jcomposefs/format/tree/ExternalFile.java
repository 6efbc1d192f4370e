package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import org.jspecify.annotations.Nullable;

/** A regular file whose content is in an object outside the image. */
public final class ExternalFile extends RegularFile {
  private static final String HEX = "0123456789abcdef";

  private final @Nullable Digest digest;

  /** Null with {@link #pathIsObjectPath}: two thirds of a node's memory would go into a copy. */
  private final @Nullable ByteString path;

  private final boolean pathIsObjectPath;

  /**
   * @param path where the object is below the base directories, as declared (leading slashes and
   *     all); null or empty when nothing says so
   * @param digest the object's fs-verity digest; null when not known
   * @throws IllegalArgumentException if the mode is not a regular file's
   */
  public ExternalFile(Metadata metadata, @Nullable ByteString path, @Nullable Digest digest) {
    super(metadata);
    this.digest = digest;
    this.pathIsObjectPath = path != null && digest != null && isObjectPath(path, digest);
    this.path = pathIsObjectPath || path == null || path.isEmpty() ? null : path;
  }

  /**
   * A file whose object lies where a store puts objects of this digest: {@link
   * Digest#objectPath()}.
   *
   * @throws IllegalArgumentException if the mode is not a regular file's
   */
  public ExternalFile(Metadata metadata, Digest digest) {
    super(metadata);
    this.digest = digest;
    this.path = null;
    this.pathIsObjectPath = true;
  }

  /** Where the object is below the base directories, as declared; null when nothing says so. */
  public @Nullable ByteString path() {
    return pathIsObjectPath && digest != null ? ByteString.utf8(digest.objectPath()) : path;
  }

  /** The object's fs-verity digest, or null when not known. */
  public @Nullable Digest digest() {
    return digest;
  }

  /** As {@link Digest#objectPath()}, but without making the text of it for every file. */
  private static boolean isObjectPath(ByteString path, Digest digest) {
    if (path.length() != 2 * digest.algorithm().digestSize() + 1 || path.at(2) != '/') {
      return false;
    }
    byte[] bytes = digest.toByteArray();
    for (int i = 0; i < bytes.length; i++) {
      int at = i == 0 ? 0 : 2 * i + 1;
      if (path.at(at) != HEX.charAt(bytes[i] >> 4 & 15)
          || path.at(at + 1) != HEX.charAt(bytes[i] & 15)) {
        return false;
      }
    }
    return true;
  }
}
