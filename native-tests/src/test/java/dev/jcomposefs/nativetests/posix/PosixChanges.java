package dev.jcomposefs.nativetests.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Making, changing and removing files. Symbolic links at the end of a path are never followed. */
public final class PosixChanges {
  private static final int WORKING_DIRECTORY = -100;
  private static final int NO_FOLLOW = 0x100;
  private static final long LEAVE_AS_IT_IS = (1L << 30) - 2; // UTIME_OMIT

  private PosixChanges() {}

  public static void mkdir(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.MKDIR.call(path, Libc.text(path, arena), 0755);
    }
  }

  /** Makes a regular file, replacing the content of one that exists. */
  public static void write(ByteString path, byte[] content) throws FsException {
    int flags = OpenFile.WRITE_ONLY | OpenFile.CREATE | OpenFile.TRUNCATE;
    try (OpenFile file = OpenFile.open(path, flags)) {
      file.write(content, 0);
    }
  }

  /** Makes a device, fifo or socket; the numbers count for devices only. */
  public static void mknod(ByteString path, FileType type, int major, int minor)
      throws FsException {
    // gnu_dev_makedev of <sys/sysmacros.h>
    long device =
        (minor & 0xffL)
            | (major & 0xfffL) << 8
            | (minor & 0xffffff00L) << 12
            | (major & 0xfffff000L) << 32;
    try (Arena arena = Arena.ofConfined()) {
      Libc.MKNOD.call(path, Libc.text(path, arena), type.bits() | 0644, device);
    }
  }

  public static void symlink(ByteString target, ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.SYMLINK.call(path, Libc.text(target, arena), Libc.text(path, arena));
    }
  }

  /** Gives a file another name. */
  public static void link(ByteString existing, ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.LINK.call(path, Libc.text(existing, arena), Libc.text(path, arena));
    }
  }

  public static void rename(ByteString from, ByteString to) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.RENAME.call(from, Libc.text(from, arena), Libc.text(to, arena));
    }
  }

  public static void unlink(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.UNLINK.call(path, Libc.text(path, arena));
    }
  }

  public static void rmdir(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.RMDIR.call(path, Libc.text(path, arena));
    }
  }

  public static void truncate(ByteString path, long size) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.TRUNCATE.call(path, Libc.text(path, arena), size);
    }
  }

  /**
   * Sets the permissions.
   *
   * @param mode 12 bits
   */
  public static void chmod(ByteString path, int mode) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.CHMOD.call(path, Libc.text(path, arena), mode);
    }
  }

  /** Sets the owner; each id 0 to 2^32-2. Clears the setuid bits of a regular file. */
  public static void chown(ByteString path, long owner, long group) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.LCHOWN.call(path, Libc.text(path, arena), (int) owner, (int) group);
    }
  }

  /** Sets the time of the last modification and leaves the other times. */
  public static void modified(ByteString path, long seconds, int nanos) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocateFrom(JAVA_LONG, 0, LEAVE_AS_IT_IS, seconds, nanos);
      Libc.UTIMENSAT.call(path, WORKING_DIRECTORY, Libc.text(path, arena), times, NO_FOLLOW);
    }
  }

  public static void setXattr(ByteString path, ByteString key, ByteString value)
      throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, value.toByteArray());
      Libc.LSETXATTR.call(
          path, Libc.text(path, arena), Libc.text(key, arena), bytes, bytes.byteSize(), 0);
    }
  }

  public static void removeXattr(ByteString path, ByteString key) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.LREMOVEXATTR.call(path, Libc.text(path, arena), Libc.text(key, arena));
    }
  }

  /** Removes a file, or a directory with everything in it. Never leaves the directory. */
  public static void removeAll(ByteString path) throws FsException {
    if (Posix.stat(path).type() != FileType.DIRECTORY) {
      unlink(path);
      return;
    }
    for (DirectoryEntry entry : Posix.list(path)) {
      removeAll(Posix.child(path, entry.name()));
    }
    rmdir(path);
  }
}
