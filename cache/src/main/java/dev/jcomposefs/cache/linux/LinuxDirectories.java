package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Names in directories: listing, making, linking and removing them. */
public final class LinuxDirectories {
  private static final int AT_SYMLINK_FOLLOW = 0x400;

  private static final int LIST_BUFFER = 32 << 10; // bytes, as glibc's readdir(3)

  /**
   * struct linux_dirent64 of getdents(2): u64 inode, s64 offset, u16 length of the record, u8 type,
   * name with a NUL.
   */
  private static final int RECORD_LENGTH_AT = 16;

  private static final int NAME_AT = 19;

  private LinuxDirectories() {}

  /**
   * {@code ssize_t getdents64(int fd, void *dirp, size_t count)} until the end: the names in an
   * open directory but {@code .} and {@code ..}, in no particular order. An open directory has a
   * position, so it is listed once only.
   *
   * @param subject what the message calls the directory
   */
  public static List<ByteString> list(Fd directory, Object subject) throws FsException {
    List<ByteString> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(LIST_BUFFER, Long.BYTES);
      while (true) {
        long filled =
            Kernel.check(
                Kernel.call(Syscall.GETDENTS64, directory, buffer.address(), buffer.byteSize(), 0),
                "list",
                subject);
        if (filled == 0) {
          return names;
        }
        for (long at = 0; at < filled; ) {
          long next =
              at + Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, at + RECORD_LENGTH_AT));
          if (next <= at + NAME_AT || next > filled) {
            throw Kernel.failure(Errno.EIO, "list", subject);
          }
          ByteString name = terminated(buffer.asSlice(at + NAME_AT, next - at - NAME_AT));
          if (!isDotOrDotDot(name)) {
            names.add(name);
          }
          at = next;
        }
      }
    }
  }

  private static ByteString terminated(MemorySegment text) {
    int length = 0;
    while (length < text.byteSize() && text.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return ByteString.copyOf(text, 0, length);
  }

  private static boolean isDotOrDotDot(ByteString name) {
    return name.at(0) == '.' && (name.length() == 1 || (name.length() == 2 && name.at(1) == '.'));
  }

  /**
   * {@code int mkdirat(int dirfd, const char *path, mode_t mode)}.
   *
   * @return false if the name exists already, as whatever
   */
  public static boolean make(Fd directory, ByteString path, int mode) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long name = Kernel.path(path, "mkdir", arena).address();
      long result = Kernel.call(Syscall.MKDIRAT, directory, name, mode, 0);
      if (Kernel.is(result, Errno.EEXIST)) {
        return false;
      }
      Kernel.check(result, "mkdir", path);
      return true;
    }
  }

  /**
   * Gives an open file a name, also one that was opened without: {@code int linkat(int olddirfd,
   * const char *oldpath, int newdirfd, const char *newpath, int flags)} by way of {@code
   * /proc/self/fd}, the only one that needs no privilege; see open(2), O_TMPFILE.
   *
   * @return false if the name exists already, as whatever
   */
  public static boolean link(Fd file, Fd directory, ByteString path) throws FsException {
    if (!file.enter()) {
      throw Kernel.failure(Errno.EBADF, "link", path);
    }
    try (Arena arena = Arena.ofConfined()) {
      long from =
          Kernel.path(ByteString.utf8("/proc/self/fd/" + file.number()), "link", arena).address();
      long to = Kernel.path(path, "link", arena).address();
      return linkedUnlessExists(from, directory, to, path);
    } finally {
      file.exit();
    }
  }

  private static boolean linkedUnlessExists(long from, Fd directory, long to, ByteString path)
      throws FsException {
    if (!directory.enter()) {
      throw Kernel.failure(Errno.EBADF, "link", path);
    }
    try {
      long result =
          Kernel.call(
              Syscall.LINKAT,
              Fd.WORKING_DIRECTORY,
              from,
              directory.number(),
              to,
              AT_SYMLINK_FOLLOW,
              0);
      if (Kernel.is(result, Errno.EEXIST)) {
        return false;
      }
      Kernel.check(result, "link", path);
      return true;
    } finally {
      directory.exit();
    }
  }

  /**
   * {@code int renameat2(int olddirfd, const char *old, int newdirfd, const char *new, unsigned int
   * flags)} within one directory, replacing what stands at the new name.
   */
  public static void rename(Fd directory, ByteString from, ByteString to) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long old = Kernel.path(from, "rename", arena).address();
      long name = Kernel.path(to, "rename", arena).address();
      if (!directory.enter()) {
        throw Kernel.failure(Errno.EBADF, "rename", from);
      }
      try {
        Kernel.check(
            Kernel.call(Syscall.RENAMEAT2, directory, old, directory.number(), name, 0, 0),
            "rename",
            from);
      } finally {
        directory.exit();
      }
    }
  }

  /** {@code int unlinkat(int dirfd, const char *path, 0)}. */
  public static void unlink(Fd directory, ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long name = Kernel.path(path, "unlink", arena).address();
      Kernel.check(Kernel.call(Syscall.UNLINKAT, directory, name, 0, 0), "unlink", path);
    }
  }

  /** {@code ssize_t readlinkat(int dirfd, const char *path, char *buf, size_t size)}. */
  public static ByteString readLink(Fd directory, ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long name = Kernel.path(path, "readlink", arena).address();
      MemorySegment target = arena.allocate(Kernel.MAX_PATH + 1L);
      long length =
          Kernel.check(
              Kernel.call(Syscall.READLINKAT, directory, name, target.address(), target.byteSize()),
              "readlink",
              path);
      return ByteString.copyOf(target, 0, (int) length);
    }
  }
}
