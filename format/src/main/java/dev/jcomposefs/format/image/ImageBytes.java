package dev.jcomposefs.format.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.jcomposefs.format.error.CorruptImageException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of an image, not to be trusted: every read is checked against the end, and the method's
 * name says width and sign. All numbers are little-endian. Offsets are bytes from the start of the
 * image; any {@code long} may be given, also a negative one.
 *
 * <p>Immutable and thread-safe. Borrows its memory.
 *
 * <p>The checks are those of {@link MemorySegment} itself, translated when they fail: a second
 * comparison in front of each read would be paid on every request.
 */
public final class ImageBytes {
  private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Big-endian, so that unsigned order of the number is bytewise order. */
  private static final ValueLayout.OfLong EIGHT_BYTES = JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

  private final MemorySegment bytes;
  private final long size;
  private final String source;

  /**
   * @param bytes the whole image
   * @param source what messages call it: a path, as the user gave it
   */
  public ImageBytes(MemorySegment bytes, String source) {
    this.bytes = bytes.asReadOnly();
    this.size = bytes.byteSize();
    this.source = source;
  }

  public String source() {
    return source;
  }

  /** Bytes of the whole image. */
  public long size() {
    return size;
  }

  /** The whole image, read-only. */
  public MemorySegment segment() {
    return bytes;
  }

  public int u8(long at) throws CorruptImageException {
    try {
      return bytes.get(JAVA_BYTE, at) & 0xff;
    } catch (IndexOutOfBoundsException e) {
      throw outside(at, 1);
    }
  }

  public int u16(long at) throws CorruptImageException {
    try {
      return bytes.get(SHORT, at) & 0xffff;
    } catch (IndexOutOfBoundsException e) {
      throw outside(at, 2);
    }
  }

  public long u32(long at) throws CorruptImageException {
    return s32(at) & 0xffffffffL;
  }

  public int s32(long at) throws CorruptImageException {
    try {
      return bytes.get(INT, at);
    } catch (IndexOutOfBoundsException e) {
      throw outside(at, 4);
    }
  }

  public long s64(long at) throws CorruptImageException {
    try {
      return bytes.get(LONG, at);
    } catch (IndexOutOfBoundsException e) {
      throw outside(at, 8);
    }
  }

  /** Read-only; valid as long as the image. */
  public MemorySegment slice(long at, long length) throws CorruptImageException {
    check(at, length);
    return bytes.asSlice(at, length);
  }

  public ByteString copy(long at, int length) throws CorruptImageException {
    check(at, length);
    return ByteString.copyOf(bytes, at, length);
  }

  /** Copies {@code length} bytes of the image to {@code targetAt} of {@code target}. */
  public void copy(long at, MemorySegment target, long targetAt, long length)
      throws CorruptImageException {
    check(at, length);
    MemorySegment.copy(bytes, at, target, targetAt, length);
  }

  /**
   * Compares bytes of the image with others: bytewise unsigned, the shorter first on a common
   * prefix.
   *
   * @param others memory of the caller, which vouches for the range
   * @return negative, 0 or positive as with {@link Comparable}
   */
  public int compare(long at, int length, MemorySegment others, long othersAt, int othersLength)
      throws CorruptImageException {
    check(at, length);
    int common = Math.min(length, othersLength);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long ours = bytes.get(EIGHT_BYTES, at + i);
      long theirs = others.get(EIGHT_BYTES, othersAt + i);
      if (ours != theirs) {
        return Long.compareUnsigned(ours, theirs);
      }
    }
    for (; i < common; i++) {
      int difference =
          (bytes.get(JAVA_BYTE, at + i) & 0xff) - (others.get(JAVA_BYTE, othersAt + i) & 0xff);
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(length, othersLength);
  }

  /** Throws unless {@code length} bytes, 0 or more, lie at {@code at}. */
  public void check(long at, long length) throws CorruptImageException {
    if (at < 0 || length < 0 || at > size - length) {
      throw outside(at, length);
    }
  }

  /**
   * @param reason what was found and what was expected, lower case, no full stop
   */
  @FormatMethod
  public CorruptImageException corrupt(long at, @FormatString String reason, Object... arguments) {
    return new CorruptImageException(source, at, reason.formatted(arguments));
  }

  private CorruptImageException outside(long at, long length) {
    return corrupt(at, "%d bytes lie outside the image, expected them within %d", length, size);
  }
}
