package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The request in a worker's receive buffer. Offsets are from the start of the body, the part behind
 * the header. Reading beyond the buffer throws; reading beyond the request gives what an earlier
 * one left there, so {@link #bodyLength} is asked first ({@link Opcode#leastBody}).
 */
final class Request {
  /** What {@link #findName} says about a body without a proper name. */
  static final int NO_NAME = -1;

  private final MemorySegment buffer;
  private int length;

  /**
   * @param buffer native, aligned to 8 bytes
   */
  Request(MemorySegment buffer) {
    this.buffer = buffer;
  }

  MemorySegment buffer() {
    return buffer;
  }

  /** Takes note that a request of this many bytes, at least a header, is in the buffer. */
  void received(int bytes) {
    length = bytes;
  }

  /** Whether the header states the length that was received. */
  boolean isWhole() {
    return buffer.get(JAVA_INT, InHeaderLayout.LENGTH_AT) == length;
  }

  int opcode() {
    return buffer.get(JAVA_INT, InHeaderLayout.OPCODE_AT);
  }

  long unique() {
    return buffer.get(JAVA_LONG, InHeaderLayout.UNIQUE_AT);
  }

  long node() {
    return buffer.get(JAVA_LONG, InHeaderLayout.NODE_AT);
  }

  /** Thread id of who asks, 0 if it is not to be seen from here. */
  int caller() {
    return buffer.get(JAVA_INT, InHeaderLayout.PID_AT);
  }

  /** All bytes that were received. */
  byte[] copy() {
    return buffer.asSlice(0, length).toArray(JAVA_BYTE);
  }

  int bodyLength() {
    return length - InHeaderLayout.SIZE;
  }

  /** Four bytes of the body, as they are. */
  int bits32(int at) {
    return buffer.get(JAVA_INT, InHeaderLayout.SIZE + at);
  }

  /** Eight bytes of the body, as they are. */
  long bits64(int at) {
    return buffer.get(JAVA_LONG, InHeaderLayout.SIZE + at);
  }

  /** An unsigned 32-bit count, at most {@code limit}; larger ones are cut to it. */
  int size(int at, int limit) {
    return (int) Math.min(Integer.toUnsignedLong(bits32(at)), limit);
  }

  /** Where in {@link #buffer} a part of the body is. */
  static long inBuffer(int at) {
    return (long) InHeaderLayout.SIZE + at;
  }

  /**
   * Length of the name that reaches from {@code at} of the body to the request's end, without its
   * NUL, or {@link #NO_NAME} if it is empty or nothing ends it. A NUL inside is a byte like any
   * other here: there is no file of such a name.
   */
  int findName(int at) {
    long start = inBuffer(at);
    long end = length - 1L;
    return end > start && buffer.get(JAVA_BYTE, end) == 0 ? (int) (end - start) : NO_NAME;
  }
}
