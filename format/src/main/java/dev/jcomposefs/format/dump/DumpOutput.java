package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Buffers the text of a dump: escapes and numbers without an object for each. */
final class DumpOutput {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
  private static final int MAX_ESCAPE = 4;
  private static final int MAX_DIGITS = 22;

  private final OutputStream out;
  private final byte[] buffer = new byte[64 << 10];
  private int filled;

  DumpOutput(OutputStream out) {
    this.out = out;
  }

  void ascii(char c) throws IOException {
    reserve(1);
    buffer[filled++] = (byte) c;
  }

  /** A number in octal or decimal; negative ones are unsigned ones beyond 2^63. */
  void unsigned(long value, int radix) throws IOException {
    if (value < 0) {
      for (char digit : Long.toUnsignedString(value, radix).toCharArray()) {
        ascii(digit);
      }
      return;
    }
    reserve(MAX_DIGITS);
    int digits = 1;
    for (long rest = value / radix; rest > 0; rest /= radix) {
      digits++;
    }
    long rest = value;
    for (int at = filled + digits - 1; at >= filled; at--) {
      buffer[at] = HEX[(int) (rest % radix)];
      rest /= radix;
    }
    filled += digits;
  }

  void signed(long value) throws IOException {
    if (value < 0) {
      ascii('-');
    }
    // The smallest number is its own negative, which is right when taken as unsigned.
    unsigned(Math.abs(value), 10);
  }

  /** Bytes that are escaped already. */
  void raw(byte[] bytes, int length) throws IOException {
    if (length > buffer.length) {
      flush();
      out.write(bytes, 0, length);
      return;
    }
    reserve(length);
    System.arraycopy(bytes, 0, buffer, filled, length);
    filled += length;
  }

  void escaped(ByteString bytes) throws IOException {
    for (int i = 0; i < bytes.length(); i++) {
      reserve(MAX_ESCAPE);
      filled = escape(bytes.at(i), buffer, filled);
    }
  }

  /** A byte that would be taken for something else as it is. */
  void escapedHex(byte b) throws IOException {
    reserve(MAX_ESCAPE);
    filled = escapeHex(b, buffer, filled);
  }

  /** A part of an extended attribute, where an equals sign is escaped as well. */
  void escapedXattr(ByteString bytes) throws IOException {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.at(i) == '=') {
        escapedHex((byte) '=');
      } else {
        reserve(MAX_ESCAPE);
        filled = escape(bytes.at(i), buffer, filled);
      }
    }
  }

  /** Escapes a byte into 1 to 4 others; gives the place behind them. */
  static int escape(byte b, byte[] into, int at) {
    if (b > ' ' && b < 0x7f && b != '\\') {
      into[at] = b;
      return at + 1;
    }
    byte letter =
        switch (b) {
          case '\\' -> '\\';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (letter == 0) {
      return escapeHex(b, into, at);
    }
    into[at] = '\\';
    into[at + 1] = letter;
    return at + 2;
  }

  private static int escapeHex(byte b, byte[] into, int at) {
    into[at] = '\\';
    into[at + 1] = 'x';
    into[at + 2] = HEX[b >> 4 & 0xf];
    into[at + 3] = HEX[b & 0xf];
    return at + MAX_ESCAPE;
  }

  /** Hands everything on. */
  void flush() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
  }

  private void reserve(int count) throws IOException {
    if (buffer.length - filled < count) {
      flush();
    }
  }
}
