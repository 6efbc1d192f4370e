package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.cache.linux.Fd;
import java.lang.foreign.MemorySegment;

/** A request that was received and waits until somebody has time for it. Immutable. */
final class PutOffRequest {
  private final Fd device;
  private final long unique;
  private final int caller;
  private final byte[] bytes;
  private final boolean atHand;

  /**
   * @param device where it came from
   * @param atHand whether it need not wait
   */
  PutOffRequest(Fd device, Request request, boolean atHand) {
    this.device = device;
    this.atHand = atHand;
    this.unique = request.unique();
    this.caller = request.caller();
    this.bytes = request.copy();
  }

  Fd device() {
    return device;
  }

  long unique() {
    return unique;
  }

  int caller() {
    return caller;
  }

  /** Whether it needs nothing but the image, and so need not wait. */
  boolean isAtHand() {
    return atHand;
  }

  /** Bytes of the whole request. */
  int length() {
    return bytes.length;
  }

  void copyTo(MemorySegment buffer) {
    MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
  }
}
