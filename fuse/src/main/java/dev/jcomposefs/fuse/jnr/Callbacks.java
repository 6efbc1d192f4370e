package dev.jcomposefs.fuse.jnr;

import jnr.ffi.annotations.Delegate;
import jnr.ffi.types.intptr_t;

/**
 * The shapes of libfuse's callbacks, by number of arguments: every argument of those in use is a
 * pointer, a size_t or an off_t, and so 64 bits wide. Public because jnr-ffi generates classes
 * against them in a class loader of its own.
 */
final class Callbacks {
  private Callbacks() {}

  /** Two arguments. */
  public interface Two {
    @Delegate
    int call(@intptr_t long a, @intptr_t long b);
  }

  /** Three arguments. */
  public interface Three {
    @Delegate
    int call(@intptr_t long a, @intptr_t long b, @intptr_t long c);
  }

  /** Four arguments. */
  public interface Four {
    @Delegate
    int call(@intptr_t long a, @intptr_t long b, @intptr_t long c, @intptr_t long d);
  }

  /** Five arguments. */
  public interface Five {
    @Delegate
    int call(
        @intptr_t long a, @intptr_t long b, @intptr_t long c, @intptr_t long d, @intptr_t long e);
  }
}
