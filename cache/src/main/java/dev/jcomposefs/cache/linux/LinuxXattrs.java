package dev.jcomposefs.cache.linux;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes, see xattr(7). A caller sees only what it may: {@code trusted.} keys need
 * privilege.
 */
public final class LinuxXattrs {
  /** XATTR_LIST_MAX and XATTR_SIZE_MAX of {@code include/uapi/linux/limits.h}, bytes. */
  private static final int MAX = 64 << 10;

  /** A call that fills a buffer, and fails with ERANGE when it is too small. */
  @FunctionalInterface
  private interface Filler {
    long fill(long buffer, long room);
  }

  private LinuxXattrs() {}

  /**
   * The attributes of an open file: {@code ssize_t flistxattr(int fd, char *list, size_t size)},
   * {@code ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)}. Not for one that
   * was opened with O_PATH.
   *
   * @param wanted which keys to ask for
   * @param subject what the message calls the file
   * @return in the kernel's order; empty where the file system has no attributes
   */
  public static Map<ByteString, ByteString> read(
      Fd fd, Predicate<ByteString> wanted, Object subject) throws FsException {
    return read(
        (buffer, room) -> Kernel.call(Syscall.FLISTXATTR, fd, buffer, room, 0),
        key -> (buffer, room) -> Kernel.call(Syscall.FGETXATTR, fd, key, buffer, room),
        wanted,
        subject);
  }

  /**
   * The attributes of a file that cannot be opened, such as a symbolic link, which is not followed:
   * {@code ssize_t llistxattr(const char *path, char *list, size_t size)} and {@code ssize_t
   * lgetxattr(const char *path, const char *name, void *value, size_t size)}. These calls take no
   * directory, so they go through {@code /proc/self/fd}.
   *
   * @param wanted which keys to ask for
   * @return in the kernel's order; empty where the file system has no attributes
   */
  public static Map<ByteString, ByteString> read(
      Fd directory, ByteString name, Predicate<ByteString> wanted) throws FsException {
    if (!directory.enter()) {
      throw Kernel.failure(Errno.EBADF, "listxattr", name);
    }
    try (Arena arena = Arena.ofConfined()) {
      ByteString parent = ByteString.utf8("/proc/self/fd/" + directory.number() + "/");
      long path = Kernel.path(parent.concat(name), "listxattr", arena).address();
      return read(
          (buffer, room) -> Kernel.call(Syscall.LLISTXATTR, path, buffer, room),
          key -> (buffer, room) -> Kernel.call(Syscall.LGETXATTR, path, key, buffer, room),
          wanted,
          name);
    } finally {
      directory.exit();
    }
  }

  /** How to ask for the value of a key, given the address of its text. */
  @FunctionalInterface
  private interface ValueFiller {
    Filler of(long key);
  }

  private static Map<ByteString, ByteString> read(
      Filler list, ValueFiller values, Predicate<ByteString> wanted, Object subject)
      throws FsException {
    ByteString keys = filled(list, Errno.EOPNOTSUPP, "listxattr", subject);
    if (keys == null || keys.isEmpty()) {
      return Map.of();
    }
    Map<ByteString, ByteString> found = new LinkedHashMap<>();
    ByteString rest = keys;
    while (!rest.isEmpty()) {
      int end = rest.indexOf((byte) 0);
      ByteString key = ByteString.copyOf(rest.toByteArray(), 0, end < 0 ? rest.length() : end);
      if (wanted.test(key)) {
        ByteString value = value(key, values, subject);
        if (value != null) {
          found.put(key, value);
        }
      }
      rest = rest.substring(Math.min(rest.length(), key.length() + 1));
    }
    return found;
  }

  /** Null if the attribute was removed since it was listed. */
  private static @Nullable ByteString value(ByteString key, ValueFiller values, Object subject)
      throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long name = Kernel.path(key, "getxattr", arena).address();
      return filled(values.of(name), Errno.ENODATA, "getxattr", subject);
    }
  }

  private static @Nullable ByteString filled(
      Filler filler, Errno absent, String call, Object subject) throws FsException {
    MemorySegment usual = Kernel.scratch().result;
    long result = filler.fill(usual.address(), usual.byteSize());
    if (result >= 0) {
      return ByteString.copyOf(usual, 0, (int) result);
    }
    if (Kernel.is(result, Errno.ERANGE)) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment buffer = arena.allocate(MAX);
        result = filler.fill(buffer.address(), MAX);
        if (result >= 0) {
          return ByteString.copyOf(buffer, 0, (int) result);
        }
      }
    }
    if (Kernel.is(result, absent)) {
      return null;
    }
    throw Kernel.failure(result, call, subject);
  }
}
