package dev.jcomposefs.format.error;

/**
 * A well-formed image that asks for something this reader does not have: another version, an
 * unknown feature bit.
 */
public final class UnsupportedImageException extends FsException {
  private static final long serialVersionUID = 1L;

  /**
   * @param source what was read, as the user named it
   * @param reason the feature or version found, and what is supported
   */
  public UnsupportedImageException(String source, String reason) {
    super(Errno.EOPNOTSUPP, source + ": " + reason);
  }
}
