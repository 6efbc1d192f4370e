package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import org.jspecify.annotations.Nullable;

/** A regular file whose content is in an object outside the image. */
public final class ExternalFile extends RegularFile {
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

  /** Bytes of {@link #path()}, 0 when there is none. */
  public int pathLength() {
    if (pathIsObjectPath && digest != null) {
      return digest.objectPathLength();
    }
    return path == null ? 0 : path.length();
  }

  /** Copies {@link #path()} into {@code target} from {@code at} on, without making it. */
  public void copyPathTo(byte[] target, int at) {
    if (pathIsObjectPath && digest != null) {
      digest.copyObjectPathTo(target, at);
    } else if (path != null) {
      path.copyTo(target, at);
    }
  }

  /** Whether {@link #path} is exactly where a store puts the object of {@link #digest}. */
  public boolean isPathOfDigest() {
    return pathIsObjectPath;
  }

  /** The object's fs-verity digest, or null when not known. */
  public @Nullable Digest digest() {
    return digest;
  }

  private static boolean isObjectPath(ByteString path, Digest digest) {
    if (path.length() != digest.objectPathLength()) {
      return false;
    }
    byte[] expected = new byte[path.length()];
    digest.copyObjectPathTo(expected, 0);
    for (int i = 0; i < expected.length; i++) {
      if (path.at(i) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
