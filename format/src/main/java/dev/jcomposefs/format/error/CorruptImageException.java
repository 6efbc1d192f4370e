package dev.jcomposefs.format.error;

/**
 * Bytes that break the rules of their format. Says which image, at which offset, what was found and
 * what was expected.
 */
public final class CorruptImageException extends FsException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  /**
   * @param source what was read, as the user named it
   * @param offset bytes from the start of the source
   * @param reason what was found and what was expected, lower case, no full stop
   */
  public CorruptImageException(String source, long offset, String reason) {
    super(Errno.EIO, "%s: offset %d: %s".formatted(source, offset, reason));
    this.offset = offset;
  }

  /** Where the rule was broken, bytes from the start of the source. */
  public long offset() {
    return offset;
  }
}
