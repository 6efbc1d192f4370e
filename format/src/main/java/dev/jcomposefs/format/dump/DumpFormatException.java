package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;

/** A dump that cannot be read as one. */
public final class DumpFormatException extends FsException {
  private static final long serialVersionUID = 1L;

  private final long line;
  private final String text;

  DumpFormatException(String source, long line, String text) {
    super(Errno.EINVAL, "%s: line %d: %s".formatted(source, line, text));
    this.line = line;
    this.text = text;
  }

  /** The line, counted from 1. */
  public long line() {
    return line;
  }

  /**
   * The reason in the words of the C {@code mkcomposefs}, without line number. A byte of the input
   * that it quotes is the character of the same number: print as ISO-8859-1 for the same bytes.
   */
  public String text() {
    return text;
  }
}
