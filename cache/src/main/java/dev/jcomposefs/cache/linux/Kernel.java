package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one way into the kernel: {@code long syscall(long number, ...)} of {@code <unistd.h>}, see
 * syscall(2). Results follow the kernel's own convention: a negative errno for a failure.
 */
final class Kernel {
  /** PATH_MAX without its NUL: the longest path that a call takes, bytes. */
  static final int MAX_PATH = 4095;

  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /**
   * Any function under the one shape; its address is the first argument. One that is bound to an
   * address takes longer to make.
   */
  private static final MethodHandle FUNCTION = Linker.nativeLinker().downcallHandle(SHAPE, ERRNO);

  private static final MemorySegment SYSCALL = function("syscall");

  /**
   * Where a failed call leaves errno: four bytes per thread. The linker writes the value right
   * after the call, before the virtual machine can disturb it.
   */
  private static final ThreadLocal<MemorySegment> ERRNO_SLOT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private Kernel() {}

  /**
   * Memory that each thread keeps for the arguments of the one call that it makes: to allocate it
   * anew takes longer than most calls.
   */
  static final class Scratch {
    static final int RESULT_SIZE = 1 << 10; // bytes

    /** All of it: {@link #result}, then {@link #path}. */
    final MemorySegment memory;

    /** Gives the same memory every time. */
    final SegmentAllocator path;

    /** Where the kernel puts its answer; not cleared. */
    final MemorySegment result;

    private Scratch() {
      this.memory = Arena.ofAuto().allocate(RESULT_SIZE + MAX_PATH + 1, Long.BYTES);
      this.result = memory.asSlice(0, RESULT_SIZE);
      this.path = SegmentAllocator.prefixAllocator(memory.asSlice(RESULT_SIZE));
    }
  }

  /** The calling thread's; whoever uses it calls nobody who does, too. */
  static Scratch scratch() {
    return SCRATCH.get();
  }

  /**
   * Where a function of the C library is.
   *
   * @param name of one that takes no more than six arguments, all of them integers or pointers
   */
  static MemorySegment function(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }

  /**
   * Calls what {@link #function} found, under the one shape, which the linker has prepared already:
   * arguments left over are not looked at. Of an int that it returns, the upper half is to be cut
   * off. errno is not reported.
   */
  static long callFunction(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) FUNCTION.invokeExact(function, ERRNO_SLOT.get(), a, b, c, d, e, f, 0L);
    } catch (Throwable t) {
      throw new AssertionError("a C function throws nothing", t);
    }
  }

  /** The result, or a negative errno. */
  static long call(Syscall call, long a, long b, long c, long d, long e, long f) {
    Architecture running = Architecture.RUNNING;
    if (running == null) {
      throw new UnsupportedOperationException(
          "architecture is %s, supported are x86-64 and aarch64"
              .formatted(System.getProperty("os.arch")));
    }
    MemorySegment slot = ERRNO_SLOT.get();
    long result;
    try {
      result =
          (long)
              FUNCTION.invokeExact(SYSCALL, slot, (long) call.numberOn(running), a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("syscall(2) itself throws nothing", t);
    }
    // errno is the only member of the captured state that was asked for, so it is at offset 0
    return result == -1 ? -slot.get(JAVA_INT, 0) : result;
  }

  static long call(Syscall call, long a, long b, long c, long d) {
    return call(call, a, b, c, d, 0, 0);
  }

  static long call(Syscall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  /** The same with a descriptor as the fifth argument, for mmap(2). */
  static long callOn(Syscall call, long a, long b, long c, long d, Fd fd, long f) {
    if (!fd.enter()) {
      return -Errno.EBADF.number();
    }
    try {
      return call(call, a, b, c, d, fd.number(), f);
    } finally {
      fd.exit();
    }
  }

  /** The same on a descriptor, which stays open meanwhile; -EBADF if it is closed. */
  static long call(Syscall call, Fd fd, long b, long c, long d, long e, long f) {
    if (!fd.enter()) {
      return -Errno.EBADF.number();
    }
    try {
      return call(call, fd.number(), b, c, d, e, f);
    } finally {
      fd.exit();
    }
  }

  static long call(Syscall call, Fd fd, long b, long c, long d) {
    return call(call, fd, b, c, d, 0, 0);
  }

  static boolean is(long result, Errno errno) {
    return result == -errno.number();
  }

  static Errno errno(long result) {
    return Errno.of((int) -result);
  }

  /** The result, unless it is a failure. */
  static long check(long result, String call, Object subject) throws FsException {
    if (result < 0) {
      throw failure(result, call, subject);
    }
    return result;
  }

  static FsException failure(long result, String call, Object subject) {
    return failure(errno(result), call, subject);
  }

  static FsException failure(Errno errno, String call, Object subject) {
    return new FsException(errno, "%s '%s': %s".formatted(call, subject, errno.text()));
  }

  /**
   * A path as the kernel wants it, with its NUL.
   *
   * @throws FsException ENAMETOOLONG for one of more than {@value #MAX_PATH} bytes, EINVAL for one
   *     with a NUL in it, which would silently name another file
   */
  static MemorySegment path(ByteString path, String call, SegmentAllocator allocator)
      throws FsException {
    if (path.length() > MAX_PATH) {
      throw failure(Errno.ENAMETOOLONG, call, abbreviated(path));
    }
    if (path.indexOf((byte) 0) >= 0) {
      throw failure(Errno.EINVAL, call, path);
    }
    MemorySegment text = allocator.allocate(path.length() + 1L);
    path.copyTo(text, 0);
    text.set(ValueLayout.JAVA_BYTE, path.length(), (byte) 0);
    return text;
  }

  private static String abbreviated(ByteString path) {
    return ByteString.copyOf(path.toByteArray(), 0, 64) + "...";
  }
}
