package dev.jcomposefs.fuse.dev;

/**
 * Arguments of INTERRUPT. Source: Linux {@code include/uapi/linux/fuse.h}, struct
 * fuse_interrupt_in.
 */
final class InterruptInLayout {
  static final int SIZE = 8; // bytes

  static final int UNIQUE_AT = 0; // u64, of the request that nobody waits for any more

  private InterruptInLayout() {}
}
