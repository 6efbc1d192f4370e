package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lines of a dump, one at a time and in place: where the fields of the current line are in the
 * read buffer. Not thread-safe.
 */
final class DumpLine {
  static final int PATH = 0;
  static final int SIZE = 1;
  static final int MODE = 2;
  static final int NLINK = 3;
  static final int UID = 4;
  static final int GID = 5;
  static final int RDEV = 6;
  static final int MTIME = 7;
  static final int PAYLOAD = 8;
  static final int CONTENT = 9;
  static final int DIGEST = 10;

  private static final int FIELDS = 11;

  private static final byte[] HEX_DIGITS = hexDigits();

  /** Far beyond any path that a system can name, and small enough to keep in memory. */
  private static final int MAX_LINE = 16 << 20;

  private final InputStream in;
  private final String source;

  private byte[] buffer = new byte[256 << 10];

  /** Bytes of the buffer that are filled. */
  private int filled;

  /** Start of the line after the current one. */
  private int next;

  private boolean endOfInput;

  private long number;
  private int lineFrom;
  private int lineTo;
  private boolean terminated;
  private final int[] from = new int[FIELDS];
  private final int[] to = new int[FIELDS];
  private int xattrsFrom;

  /** Bytes of a field after unescaping. */
  private byte[] unescaped = new byte[4096];

  DumpLine(InputStream in, String source) {
    this.in = in;
    this.source = source;
  }

  /** Moves to the next line and splits it; false at the end of the input. */
  boolean advance() throws IOException {
    lineFrom = next;
    int field = 0;
    int at = lineFrom;
    from[0] = lineFrom;
    int zeroAt = -1;
    boolean newline = false;
    while (true) {
      if (at == filled) {
        int moved = lineFrom;
        if (!fill()) {
          break;
        }
        // The line now starts at 0: everything noted so far moves with it.
        at -= moved;
        zeroAt = zeroAt < 0 ? zeroAt : zeroAt - moved;
        for (int i = 0; i < Math.min(field + 1, FIELDS); i++) {
          from[i] -= moved;
          to[i] -= moved;
        }
        xattrsFrom -= moved;
        continue;
      }
      byte b = buffer[at];
      if (b > ' ') {
        at++;
      } else if (b == '\n') {
        newline = true;
        break;
      } else {
        if (b == ' ' && field < FIELDS) {
          to[field++] = at;
          if (field < FIELDS) {
            from[field] = at + 1;
          } else {
            xattrsFrom = at + 1;
          }
        } else if (b == 0 && zeroAt < 0) {
          zeroAt = at;
        }
        at++;
      }
    }
    if (at == lineFrom && !newline) {
      return false;
    }
    terminated = newline;
    number++;
    lineTo = at;
    next = terminated ? at + 1 : at;
    if (zeroAt >= 0) {
      throw error("Invalid embedded NUL character at position " + (zeroAt - lineFrom));
    }
    if (field < FIELDS) {
      to[field++] = at;
      Arrays.fill(from, field, FIELDS, at);
      Arrays.fill(to, field, FIELDS, at);
      xattrsFrom = at;
    }
    return true;
  }

  /** Reads more behind what is there, moving the current line to the buffer's start. */
  private boolean fill() throws IOException {
    if (endOfInput) {
      return false;
    }
    int kept = filled - lineFrom;
    if (kept >= MAX_LINE) {
      number++;
      throw error("Line exceeds maximum " + MAX_LINE);
    }
    byte[] target = kept > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
    System.arraycopy(buffer, lineFrom, target, 0, kept);
    buffer = target;
    lineFrom = 0;
    filled = kept;
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      endOfInput = true;
    } else {
      filled += read;
    }
    return true;
  }

  /** Whether the current line, or the last one at the end, ends with a newline. */
  boolean isTerminated() {
    return terminated;
  }

  /** The read buffer; the current line stays in place until the next {@link #advance()}. */
  byte[] bytes() {
    return buffer;
  }

  int from(int field) {
    return from[field];
  }

  int to(int field) {
    return to[field];
  }

  /** Where the extended attributes start; they end with the line. */
  int xattrsFrom() {
    return xattrsFrom;
  }

  int lineTo() {
    return lineTo;
  }

  /** Whether the field is the one byte that stands for "not set". */
  boolean isUnset(int field) {
    return to[field] - from[field] == 1 && buffer[from[field]] == '-';
  }

  /** The field as it stands, for messages. */
  String text(int field) {
    return text(from[field], to[field]);
  }

  /** A part of the line as it stands, for messages. */
  String text(int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Unescaped bytes, for messages. */
  static String text(ByteString bytes) {
    return new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1);
  }

  /** The current line, or the last one at the end, counted from 1. */
  long number() {
    return number;
  }

  DumpFormatException error(String text) {
    return errorAt(number, text);
  }

  DumpFormatException errorAt(long number, String text) {
    return new DumpFormatException(source, number, text);
  }

  /** A field with a string in it: unescaped, and cut where a C program would see it end. */
  ByteString readString(int field) throws DumpFormatException {
    return readString(from[field], to[field]);
  }

  /** The same for any part of the line. */
  ByteString readString(int from, int to) throws DumpFormatException {
    int length = unescape(from, to);
    int end = 0;
    while (end < length && unescaped[end] != 0) {
      end++;
    }
    return ByteString.copyOf(unescaped, 0, end);
  }

  /** Undoes the escapes of a field into {@link #unescaped()}; gives the number of bytes there. */
  int unescape(int field) throws DumpFormatException {
    return unescape(from[field], to[field]);
  }

  /** The same for any part of the line. */
  int unescape(int from, int to) throws DumpFormatException {
    if (unescaped.length < to - from) {
      unescaped = new byte[Math.max(to - from, 2 * unescaped.length)];
    }
    int length = 0;
    for (int at = from; at < to; at++) {
      byte b = buffer[at];
      if (b == '\\') {
        if (++at == to) {
          throw error("No character after escape");
        }
        b = buffer[at];
        if (b == 'x') {
          if (to - at < 3) {
            throw error("No hex characters after hex escape");
          }
          int high = hexDigit(buffer[at + 1]);
          int low = hexDigit(buffer[at + 2]);
          if (high < 0 || low < 0) {
            throw error("Invalid hex characters after hex escape");
          }
          b = (byte) (high << 4 | low);
          at += 2;
        } else {
          b = controlOf(b);
        }
      }
      unescaped[length++] = b;
    }
    return length;
  }

  private byte controlOf(byte letter) throws DumpFormatException {
    return switch (letter) {
      case '\\' -> '\\';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw error("Unsupported escape type " + (char) (letter & 0xff));
    };
  }

  /** Filled by the latest {@link #unescape}. */
  byte[] unescaped() {
    return unescaped;
  }

  /** The value of a hex digit of either case, or -1. */
  static int hexDigit(byte b) {
    return HEX_DIGITS[b & 0xff];
  }

  private static byte[] hexDigits() {
    byte[] digits = new byte[256];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = (byte) Character.digit(i, 16);
    }
    return digits;
  }
}
