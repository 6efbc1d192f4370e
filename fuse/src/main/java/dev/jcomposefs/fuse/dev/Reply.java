package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The reply that grows in a worker's send buffer. Offsets are from the start of the body, the part
 * behind the header.
 */
final class Reply {
  private final MemorySegment buffer;

  /**
   * @param buffer native, aligned to 8 bytes
   */
  Reply(MemorySegment buffer) {
    this.buffer = buffer;
  }

  MemorySegment buffer() {
    return buffer;
  }

  /** Largest body, bytes. */
  int room() {
    return (int) buffer.byteSize() - OutHeaderLayout.SIZE;
  }

  /** Where in {@link #buffer} a part of the body is. */
  static long inBuffer(int at) {
    return (long) OutHeaderLayout.SIZE + at;
  }

  /** Sets {@code length} bytes of the body's start to zero. */
  void clear(int length) {
    buffer.asSlice(OutHeaderLayout.SIZE, length).fill((byte) 0);
  }

  void put16(int at, int value) {
    buffer.set(JAVA_SHORT, OutHeaderLayout.SIZE + at, (short) value);
  }

  void put32(int at, int value) {
    buffer.set(JAVA_INT, OutHeaderLayout.SIZE + at, value);
  }

  void put64(int at, long value) {
    buffer.set(JAVA_LONG, OutHeaderLayout.SIZE + at, value);
  }

  /**
   * Copies the start of an array to that of the body.
   *
   * @param length bytes, a multiple of 8
   */
  void putAll(long[] from, int length) {
    MemorySegment.copy(from, 0, buffer, JAVA_LONG, OutHeaderLayout.SIZE, length / Long.BYTES);
  }

  /**
   * Writes the header of a success.
   *
   * @return bytes of the whole reply
   */
  int succeed(long unique, int bodyLength) {
    return header(unique, 0, bodyLength);
  }

  /**
   * Writes the header of a failure, which has no body.
   *
   * @param errno positive
   * @return bytes of the whole reply
   */
  int fail(long unique, int errno) {
    return header(unique, -errno, 0);
  }

  private int header(long unique, int error, int bodyLength) {
    int length = OutHeaderLayout.SIZE + bodyLength;
    buffer.set(JAVA_INT, OutHeaderLayout.LENGTH_AT, length);
    buffer.set(JAVA_INT, OutHeaderLayout.ERROR_AT, error);
    buffer.set(JAVA_LONG, OutHeaderLayout.UNIQUE_AT, unique);
    return length;
  }
}
