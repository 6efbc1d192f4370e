package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes an image from its start to its end, little-endian. */
final class ImageOutput {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final OutputStream out;
  private final @Nullable VerityHasher hasher;
  private final byte[] buffer = new byte[256 << 10];
  private int filled;
  private long flushed;

  /**
   * @param hasher takes everything that is written; null when nobody asks for the digest, which is
   *     the larger part of the work
   */
  ImageOutput(OutputStream out, @Nullable VerityHasher hasher) {
    this.out = out;
    this.hasher = hasher;
  }

  /** Bytes written so far. */
  long position() {
    return flushed + filled;
  }

  void u8(int value) throws IOException {
    reserve(1);
    buffer[filled++] = (byte) value;
  }

  void u16(int value) throws IOException {
    reserve(2);
    SHORT.set(buffer, filled, (short) value);
    filled += 2;
  }

  void u32(int value) throws IOException {
    reserve(4);
    INT.set(buffer, filled, value);
    filled += 4;
  }

  void u64(long value) throws IOException {
    reserve(8);
    LONG.set(buffer, filled, value);
    filled += 8;
  }

  /** Writes all the bytes, at most 64 KiB. */
  void bytes(ByteString bytes) throws IOException {
    reserve(bytes.length());
    bytes.copyTo(buffer, filled);
    filled += bytes.length();
  }

  /** Writes the first {@code length} bytes, at most 64 KiB. */
  void bytes(byte[] bytes, int length) throws IOException {
    reserve(length);
    System.arraycopy(bytes, 0, buffer, filled, length);
    filled += length;
  }

  void fill(int count, byte value) throws IOException {
    for (int left = count; left > 0; ) {
      reserve(1);
      int part = Math.min(left, buffer.length - filled);
      Arrays.fill(buffer, filled, filled + part, value);
      filled += part;
      left -= part;
    }
  }

  /** Zeros up to a position of the image that is not before the current one. */
  void zerosUpTo(long position) throws IOException {
    fill(Math.toIntExact(position - position()), (byte) 0);
  }

  private void reserve(int count) throws IOException {
    if (buffer.length - filled < count) {
      flush();
    }
  }

  /** Hands on what is still here. */
  void flush() throws IOException {
    if (hasher != null) {
      hasher.update(buffer, 0, filled);
    }
    out.write(buffer, 0, filled);
    flushed += filled;
    filled = 0;
  }
}
