package dev.jcomposefs.format.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Immutable bytes: a file name, a link target, an xattr key or value, a backing path.
 *
 * <p>Linux names need not be valid in any encoding, so nothing here goes through {@code String}.
 * The order is bytewise unsigned with the shorter first on a common prefix, which is the order that
 * images are sorted in.
 */
public final class ByteString implements Comparable<ByteString> {
  public static final ByteString EMPTY = new ByteString(new byte[0]);

  private final byte[] bytes;

  private ByteString(byte[] bytes) {
    this.bytes = bytes;
  }

  public static ByteString copyOf(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new ByteString(bytes.clone());
  }

  public static ByteString copyOf(byte[] bytes, int from, int to) {
    return from == to ? EMPTY : new ByteString(Arrays.copyOfRange(bytes, from, to));
  }

  /** Copies {@code length} bytes of the segment from {@code at} on. */
  public static ByteString copyOf(MemorySegment segment, long at, int length) {
    if (length == 0) {
      return EMPTY;
    }
    byte[] copy = new byte[length];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, copy, 0, length);
    return new ByteString(copy);
  }

  /** The UTF-8 bytes of {@code text}. */
  public static ByteString utf8(String text) {
    return text.isEmpty() ? EMPTY : new ByteString(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** The byte at {@code index}, signed as Java has it. */
  public byte at(int index) {
    return bytes[index];
  }

  public int indexOf(byte wanted) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  public boolean startsWith(ByteString prefix) {
    int n = prefix.bytes.length;
    return bytes.length >= n && Arrays.equals(bytes, 0, n, prefix.bytes, 0, n);
  }

  /** The bytes from {@code from} on. */
  public ByteString substring(int from) {
    return copyOf(bytes, from, bytes.length);
  }

  /** The bytes from {@code from} up to, not including, {@code to}. */
  public ByteString substring(int from, int to) {
    return copyOf(bytes, from, to);
  }

  /** How many bytes at the start are the same in both. */
  public int commonPrefix(ByteString o) {
    int mismatch = Arrays.mismatch(bytes, o.bytes);
    return mismatch < 0 ? bytes.length : mismatch;
  }

  public ByteString concat(ByteString tail) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length + tail.bytes.length);
    System.arraycopy(tail.bytes, 0, joined, bytes.length, tail.bytes.length);
    return new ByteString(joined);
  }

  /** A copy. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** A read-only view. */
  public MemorySegment asSegment() {
    return MemorySegment.ofArray(bytes).asReadOnly();
  }

  /** Copies all bytes into {@code target} from {@code at} on. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, bytes.length);
  }

  /** Copies all bytes into {@code target} from {@code at} on. */
  public void copyTo(MemorySegment target, long at) {
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  @Override
  public int compareTo(ByteString o) {
    return Arrays.compareUnsigned(bytes, o.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ByteString b && Arrays.equals(bytes, b.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /**
   * For messages: printable ASCII as it is, backslash doubled, every other byte as {@code \xhh}.
   * Never parsed.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(bytes.length + 8);
    for (byte b : bytes) {
      if (b == '\\') {
        text.append("\\\\");
      } else if (b >= 0x20 && b < 0x7f) {
        text.append((char) b);
      } else {
        text.append("\\x%02x".formatted(b & 0xff));
      }
    }
    return text.toString();
  }
}
