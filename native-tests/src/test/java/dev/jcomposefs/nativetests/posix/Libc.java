package dev.jcomposefs.nativetests.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** The functions of the C library in use; a constant is named like its function. */
enum Libc {
  OPEN(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
  NAME_TO_HANDLE_AT(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT),
  OPEN_BY_HANDLE_AT(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
  CLOSE(JAVA_INT, JAVA_INT),
  PREAD(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG),
  PWRITE(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG),
  LSEEK(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
  FTRUNCATE(JAVA_INT, JAVA_INT, JAVA_LONG),
  GETDENTS64(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
  STATX(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
  STATFS(JAVA_INT, ADDRESS, ADDRESS),
  READLINK(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
  LGETXATTR(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG),
  LLISTXATTR(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
  LSETXATTR(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT),
  LREMOVEXATTR(JAVA_INT, ADDRESS, ADDRESS),
  ACCESS(JAVA_INT, ADDRESS, JAVA_INT),
  MKDIR(JAVA_INT, ADDRESS, JAVA_INT),
  MKNOD(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG),
  SYMLINK(JAVA_INT, ADDRESS, ADDRESS),
  LINK(JAVA_INT, ADDRESS, ADDRESS),
  RENAME(JAVA_INT, ADDRESS, ADDRESS),
  UNLINK(JAVA_INT, ADDRESS),
  RMDIR(JAVA_INT, ADDRESS),
  TRUNCATE(JAVA_INT, ADDRESS, JAVA_LONG),
  CHMOD(JAVA_INT, ADDRESS, JAVA_INT),
  LCHOWN(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
  UTIMENSAT(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
  UMOUNT2(JAVA_INT, ADDRESS, JAVA_INT);

  private final MethodHandle handle;

  Libc(MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    handle =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow(name().toLowerCase(Locale.ROOT)),
            FunctionDescriptor.of(result, arguments),
            Linker.Option.captureCallState("errno"));
  }

  /**
   * Calls the function.
   *
   * @param subject what a failure's message names, usually the path
   * @param arguments exactly of the types that the constant lists
   * @return what the function returned, never -1
   */
  long call(ByteString subject, Object... arguments) throws FsException {
    Object[] all = new Object[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      all[0] = state;
      long result;
      try {
        result = ((Number) handle.invokeWithArguments(all)).longValue();
      } catch (Throwable t) {
        throw new AssertionError(this + " was not called", t);
      }
      if (result == -1) {
        // errno is the only state captured, so it stands at offset 0
        Errno errno = Errno.of(state.get(JAVA_INT, 0));
        throw new FsException(errno, "%s: %s: %s".formatted(this, subject, errno.text()));
      }
      return result;
    }
  }

  /** The bytes with the NUL that C wants behind them. */
  static MemorySegment text(ByteString bytes, SegmentAllocator allocator) {
    MemorySegment text = allocator.allocate(bytes.length() + 1L);
    bytes.copyTo(text, 0);
    text.set(JAVA_BYTE, bytes.length(), (byte) 0);
    return text;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
