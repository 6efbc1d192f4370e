package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.format.image.ByteString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Ends a program with status 1; carries what it says on stderr, to the byte. */
final class ProgramFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ByteString text;

  private ProgramFailure(ByteString text, @Nullable Throwable cause) {
    super(text.toString(), cause);
    this.text = text;
  }

  /** All of the text, the line break at its end included. */
  ProgramFailure(String text) {
    this(ByteString.utf8(text), null);
  }

  ProgramFailure(String text, @Nullable Throwable cause) {
    this(ByteString.utf8(text), cause);
  }

  /** The same for a text that has a character for each byte of what it quotes. */
  static ProgramFailure ofBytes(String text, Throwable cause) {
    return new ProgramFailure(ByteString.copyOf(text.getBytes(StandardCharsets.ISO_8859_1)), cause);
  }

  ByteString text() {
    return text;
  }
}
