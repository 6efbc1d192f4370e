package dev.jcomposefs.fuse.jnr;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * The whole address space as one segment, for the addresses that libfuse hands to a callback: the
 * offset is the address. Every use is bounded by what libfuse promises about that argument.
 */
final class NativeMemory {
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private NativeMemory() {}

  /** Bytes of a C string without its NUL. */
  static int stringLength(long address) {
    long end = address;
    while (ALL.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return Math.toIntExact(end - address);
  }
}
