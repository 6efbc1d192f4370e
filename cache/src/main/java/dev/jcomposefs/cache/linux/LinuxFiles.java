package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.BlockSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Objects;

/** Opening files and moving their bytes. */
public final class LinuxFiles {
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_STATX_FORCE_SYNC = 0x2000;

  private static final int STATX_BASIC_STATS = 0x7ff;

  /** Linux 6.8; others say in the answer's mask that they do not know it. */
  static final int STATX_MNT_ID_UNIQUE = 0x4000;

  /** struct open_how of {@code include/uapi/linux/openat2.h}: flags, mode, resolve; u64 each. */
  private static final int OPEN_HOW_SIZE = 24;

  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_BENEATH = 0x08;

  /** How often a lookup that lost a race with a rename is tried again. */
  private static final int LOOKUP_TRIES = 16;

  private static final int BOUNCE_SIZE = 128 << 10;

  private static final ThreadLocal<MemorySegment> BOUNCE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BOUNCE_SIZE));

  /** What a thread keeps to look at open files: they are, whenever they are opened again. */
  private static final class StatxBuffer {
    static final ThreadLocal<StatxBuffer> OF_THREAD = ThreadLocal.withInitial(StatxBuffer::new);

    /** struct statx, and behind it an empty name. */
    final MemorySegment memory = Arena.ofAuto().allocate(FileStat.Layout.SIZE + 1, Long.BYTES);

    /** The struct, to be decoded. */
    final long[] words = new long[FileStat.Layout.WORDS];
  }

  private static final Charset PATH_CHARSET =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private LinuxFiles() {}

  /** The bytes of a path of the JDK's: the encoding is the one that the JDK decoded it with. */
  public static ByteString bytesOf(Path path) {
    return ByteString.copyOf(path.toString().getBytes(PATH_CHARSET));
  }

  /**
   * {@code int openat(int dirfd, const char *path, int flags, mode_t mode)}, always with O_CLOEXEC.
   *
   * @param flags of {@link OpenFlags}
   * @param mode permissions of a file that is created, less the umask
   */
  public static Fd open(Fd directory, ByteString path, int flags, int mode) throws FsException {
    return open(directory, path, flags, mode, path);
  }

  /** The same for a file that exists, in the current directory or by an absolute path. */
  public static Fd open(Path path, int flags) throws FsException {
    return open(Fd.WORKING_DIRECTORY, bytesOf(path), flags, 0, path);
  }

  private static Fd open(Fd directory, ByteString path, int flags, int mode, Object subject)
      throws FsException {
    long address = Kernel.path(path, "open", Kernel.scratch().path).address();
    long result;
    do {
      result =
          Kernel.call(Syscall.OPENAT, directory, address, flags | OpenFlags.CLOSE_ON_EXEC, mode);
    } while (Kernel.is(result, Errno.EINTR));
    return Fd.adopt((int) Kernel.check(result, "open", subject));
  }

  /**
   * Opens a file that exists beneath a directory: no step of the path may leave it or be a symbolic
   * link of any kind. {@code int openat2(int dirfd, const char *path, const struct open_how *how,
   * size_t size)} with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS; see
   * openat2(2). Since Linux 5.6.
   *
   * @throws FsException ELOOP for a symbolic link, EXDEV for a path that leads out, ENOSYS on an
   *     older kernel
   */
  public static Fd openBeneath(Fd directory, ByteString path, int flags) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long address = Kernel.path(path, "open", arena).address();
      MemorySegment how = arena.allocate(OPEN_HOW_SIZE, Long.BYTES);
      how.set(JAVA_LONG, 0, flags | OpenFlags.CLOSE_ON_EXEC);
      how.set(JAVA_LONG, 16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
      long result;
      int tries = 0;
      do {
        result = Kernel.call(Syscall.OPENAT2, directory, address, how.address(), OPEN_HOW_SIZE);
      } while (Kernel.is(result, Errno.EINTR)
          || (Kernel.is(result, Errno.EAGAIN) && ++tries < LOOKUP_TRIES));
      return Fd.adopt((int) Kernel.check(result, "open", path));
    }
  }

  /** {@code statx} of an open file; see statx(2). */
  public static FileStat stat(Fd fd) throws FsException {
    return FileStat.decode(statx(fd));
  }

  /** Whether {@link #stat(Fd)} would say this identity; allocates nothing. */
  public static boolean hasIdentity(Fd fd, FileIdentity identity) throws FsException {
    return FileStat.hasIdentity(statx(fd), identity);
  }

  /**
   * Whether a path leads to this state of this file; a symbolic link at its end is not followed.
   * False also for a path that leads nowhere, or that cannot be followed. Allocates nothing.
   */
  public static boolean hasIdentity(Fd directory, ByteString path, FileIdentity identity) {
    if (path.length() > Kernel.MAX_PATH || path.indexOf((byte) 0) >= 0) {
      return false;
    }
    MemorySegment name = Kernel.scratch().memory;
    path.copyTo(name, 0);
    name.set(JAVA_BYTE, path.length(), (byte) 0);
    StatxBuffer buffer = StatxBuffer.OF_THREAD.get();
    long result =
        Kernel.call(
            Syscall.STATX,
            directory,
            name.address(),
            AT_SYMLINK_NOFOLLOW,
            STATX_BASIC_STATS,
            buffer.memory.address(),
            0);
    if (result != 0) {
      return false;
    }
    FileStat.copy(buffer.memory, buffer.words);
    return FileStat.hasIdentity(buffer.words, identity);
  }

  private static long[] statx(Fd fd) throws FsException {
    StatxBuffer buffer = StatxBuffer.OF_THREAD.get();
    long address = buffer.memory.address();
    long name = address + FileStat.Layout.SIZE;
    int wanted = STATX_BASIC_STATS | STATX_MNT_ID_UNIQUE;
    Kernel.check(
        Kernel.call(Syscall.STATX, fd, name, AT_EMPTY_PATH, wanted, address, 0), "stat", fd);
    FileStat.copy(buffer.memory, buffer.words);
    return buffer.words;
  }

  /**
   * The same, but asked of whoever serves the file system, not answered from what the kernel
   * remembers. Of a FUSE mount whose server has died, that is ENOTCONN.
   */
  public static FileStat statAtServer(Fd fd) throws FsException {
    return statx(fd, ByteString.EMPTY, AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, fd);
  }

  /** {@code statx} of a path; a symbolic link at its end is not followed. */
  public static FileStat stat(Fd directory, ByteString path) throws FsException {
    return statx(directory, path, AT_SYMLINK_NOFOLLOW, path);
  }

  private static FileStat statx(Fd directory, ByteString path, int flags, Object subject)
      throws FsException {
    Kernel.Scratch scratch = Kernel.scratch();
    Kernel.check(statx(directory, path, flags, scratch), "stat", subject);
    StatxBuffer buffer = StatxBuffer.OF_THREAD.get();
    FileStat.copy(scratch.result, buffer.words);
    return FileStat.decode(buffer.words);
  }

  private static long statx(Fd directory, ByteString path, int flags, Kernel.Scratch scratch)
      throws FsException {
    return Kernel.call(
        Syscall.STATX,
        directory,
        Kernel.path(path, "stat", scratch.path).address(),
        flags,
        STATX_BASIC_STATS | STATX_MNT_ID_UNIQUE,
        scratch.result.address(),
        0);
  }

  /**
   * Whether there is anything of that name, a symbolic link that leads nowhere included.
   *
   * @throws FsException unless the answer is yes or ENOENT
   */
  public static boolean exists(Fd directory, ByteString path) throws FsException {
    long result = statx(directory, path, AT_SYMLINK_NOFOLLOW, Kernel.scratch());
    if (Kernel.is(result, Errno.ENOENT)) {
      return false;
    }
    Kernel.check(result, "stat", path);
    return true;
  }

  /**
   * {@code ssize_t read(int fd, void *buf, size_t count)}.
   *
   * @param into native memory
   * @return bytes read, 0 at the end, or a negative errno
   */
  public static long read(Fd fd, MemorySegment into) {
    return restarting(Syscall.READ, fd, into, 0);
  }

  /**
   * {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}.
   *
   * @param into native memory
   * @param position bytes from the start of the file
   * @return bytes read, 0 at the end, or a negative errno
   */
  public static long pread(Fd fd, MemorySegment into, long position) {
    return restarting(Syscall.PREAD64, fd, into, position);
  }

  /**
   * The same into memory of the heap, by way of a buffer that each thread keeps.
   *
   * @param into where the bytes go, from {@code offset} on
   * @param length how many are wanted; one call gives at most {@value #BOUNCE_SIZE}
   */
  public static int pread(Fd fd, byte[] into, int offset, int length, long position) {
    Objects.checkFromIndexSize(offset, length, into.length);
    MemorySegment bounce = BOUNCE.get().asSlice(0, Math.min(length, BOUNCE_SIZE));
    int result = (int) pread(fd, bounce, position);
    if (result > 0) {
      MemorySegment.copy(bounce, JAVA_BYTE, 0, into, offset, result);
    }
    return result;
  }

  /**
   * The content of an open file, to be measured.
   *
   * @param subject what the message calls the file
   */
  public static BlockSource content(Fd fd, Object subject) {
    return (position, into, offset, length) ->
        (int) Kernel.check(pread(fd, into, offset, length, position), "read", subject);
  }

  /**
   * {@code ssize_t write(int fd, const void *buf, size_t count)}.
   *
   * @param from native memory
   * @return bytes written, or a negative errno
   */
  static long write(Fd fd, MemorySegment from) {
    return restarting(Syscall.WRITE, fd, from, 0);
  }

  private static long restarting(Syscall call, Fd fd, MemorySegment buffer, long position) {
    long result;
    do {
      result = Kernel.call(call, fd, nativeAddress(buffer), buffer.byteSize(), position, 0, 0);
    } while (Kernel.is(result, Errno.EINTR));
    return result;
  }

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @param into native memory
   * @param position bytes from the start of the file
   * @param subject what the message calls the file
   * @return bytes read; fewer than the buffer takes only at the end of the file
   */
  public static long readFully(Fd fd, MemorySegment into, long position, Object subject)
      throws FsException {
    long done = 0;
    while (done < into.byteSize()) {
      long n = Kernel.check(pread(fd, into.asSlice(done), position + done), "read", subject);
      if (n == 0) {
        break;
      }
      done += n;
    }
    return done;
  }

  /**
   * Writes the whole buffer at the file's own position.
   *
   * @param from native memory
   * @param subject what the message calls the file
   */
  public static void writeFully(Fd fd, MemorySegment from, Object subject) throws FsException {
    long done = 0;
    while (done < from.byteSize()) {
      done += Kernel.check(write(fd, from.asSlice(done)), "write", subject);
    }
  }

  /**
   * Writes the whole buffer at a position of its own: {@code ssize_t pwrite(int fd, const void
   * *buf, size_t count, off_t offset)}, until all is written.
   *
   * @param from native memory
   * @param position bytes from the start of the file
   * @param subject what the message calls the file
   */
  public static void writeFully(Fd fd, MemorySegment from, long position, Object subject)
      throws FsException {
    long done = 0;
    while (done < from.byteSize()) {
      MemorySegment rest = from.asSlice(done);
      done +=
          Kernel.check(restarting(Syscall.PWRITE64, fd, rest, position + done), "write", subject);
    }
  }

  /**
   * Copies inside the kernel: {@code ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t
   * count)}.
   *
   * @param position bytes from the start of {@code from}, whose own position is not used
   * @param to is written at its own position
   * @param length bytes wanted
   * @return bytes copied, 0 at the end of {@code from}, or a negative errno; EINVAL from a file
   *     system that cannot
   */
  public static long send(Fd from, long position, Fd to, long length) {
    if (!from.enter()) {
      return -Errno.EBADF.number();
    }
    try {
      MemorySegment offset = Kernel.scratch().result;
      long result;
      do {
        offset.set(JAVA_LONG, 0, position);
        result = Kernel.call(Syscall.SENDFILE, to, from.number(), offset.address(), length, 0, 0);
      } while (Kernel.is(result, Errno.EINTR));
      return result;
    } finally {
      from.exit();
    }
  }

  /**
   * {@code int ioctl(int fd, unsigned long request, FICLONE, int source)}: makes {@code to} share
   * the extents of {@code from}; see ioctl_ficlone(2).
   */
  public static Cloning cloneContent(Fd from, Fd to) {
    final long ficlone = 0x40049409L;
    if (!from.enter()) {
      return Cloning.FAILED;
    }
    try {
      long result = Kernel.call(Syscall.IOCTL, to, ficlone, from.number(), 0);
      if (result == 0) {
        return Cloning.DONE;
      }
      if (Kernel.is(result, Errno.EXDEV)) {
        return Cloning.FOREIGN;
      }
      return Kernel.is(result, Errno.EOPNOTSUPP) || Kernel.is(result, Errno.ENOTTY)
          ? Cloning.UNSUPPORTED
          : Cloning.FAILED;
    } finally {
      from.exit();
    }
  }

  /** What came of {@link #cloneContent}. */
  public enum Cloning {
    /** The files share their extents now. */
    DONE,

    /** These files do not; others may. */
    FAILED,

    /** The files are on two file systems. */
    FOREIGN,

    /** The file system shares no extents, whatever the files. */
    UNSUPPORTED
  }

  /**
   * {@code int fcntl(int fd, F_DUPFD_CLOEXEC, 0)}: a second descriptor of the same open file, for
   * something that closes what it is given.
   */
  public static int duplicate(Fd fd) throws FsException {
    final int dupfdCloexec = 1030;
    return (int) Kernel.check(Kernel.call(Syscall.FCNTL, fd, dupfdCloexec, 0, 0), "dup", fd);
  }

  /**
   * Lets calls that would have to wait fail with EAGAIN instead, for everybody who shares the open
   * file: {@code int fcntl(int fd, F_SETFL, O_NONBLOCK)}.
   *
   * @param fd open without any other flag that can be changed
   */
  public static void setNonBlocking(Fd fd) throws FsException {
    final int setfl = 4;
    Kernel.check(Kernel.call(Syscall.FCNTL, fd, setfl, OpenFlags.NON_BLOCK, 0), "fcntl", fd);
  }

  /**
   * {@code off_t lseek(int fd, off_t offset, int whence)}. Moves the file's own position, which
   * {@link #pread} does not look at.
   *
   * @param whence such as SEEK_DATA, 3, and SEEK_HOLE, 4
   * @return bytes from the start of the file, or a negative errno
   */
  public static long seek(Fd fd, long offset, int whence) {
    return Kernel.call(Syscall.LSEEK, fd, offset, whence, 0);
  }

  /**
   * Where the file's next data begins: SEEK_DATA of lseek(2), which counts allocated extents and
   * nothing finer. A file system that knows no holes has data everywhere.
   *
   * @param position bytes from the start of the file, before its end
   * @param size what is answered when only a hole follows
   * @return {@code position} or more, at most {@code size}
   */
  public static long nextData(Fd fd, long position, long size) {
    final int seekData = 3;
    long result = seek(fd, position, seekData);
    if (Kernel.is(result, Errno.ENXIO)) {
      return size;
    }
    return result < 0 ? position : Math.min(result, size);
  }

  /**
   * Where the file's next hole begins: SEEK_HOLE of lseek(2).
   *
   * @param position bytes from the start of the file, before its end
   * @param size what is answered when only data follows
   * @return {@code position} or more, at most {@code size}
   */
  public static long nextHole(Fd fd, long position, long size) {
    final int seekHole = 4;
    long result = seek(fd, position, seekHole);
    return result < 0 ? size : Math.min(result, size);
  }

  /** {@code int ftruncate(int fd, off_t length)}: the file has {@code size} bytes afterwards. */
  public static void truncate(Fd fd, long size, Object subject) throws FsException {
    Kernel.check(Kernel.call(Syscall.FTRUNCATE, fd, size, 0, 0), "truncate", subject);
  }

  /**
   * Takes the space on the disk for the first {@code size} bytes, whether the file has them or not:
   * {@code int fallocate(int fd, FALLOC_FL_KEEP_SIZE, off_t offset, off_t len)}. A file system that
   * cannot do so is no error; one that writes everything to a new place may need more later.
   *
   * @throws FsException ENOSPC, EDQUOT or EFBIG; the content is as it was, but some space may be
   *     taken until the file is truncated
   */
  public static void reserve(Fd fd, long size, Object subject) throws FsException {
    final int keepSize = 1;
    if (size == 0) {
      return;
    }
    long result;
    do {
      result = Kernel.call(Syscall.FALLOCATE, fd, keepSize, 0, size);
    } while (Kernel.is(result, Errno.EINTR));
    if (!Kernel.is(result, Errno.EOPNOTSUPP) && !Kernel.is(result, Errno.ENOSYS)) {
      Kernel.check(result, "reserve space for", subject);
    }
  }

  /** Whether the file is a terminal: {@code ioctl(fd, TCGETS, struct termios *)} succeeds. */
  public static boolean isTerminal(Fd fd) {
    final long tcgets = 0x5401;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(64, Long.BYTES); // struct termios has 36 bytes
      return Kernel.call(Syscall.IOCTL, fd, tcgets, termios.address(), 0) == 0;
    }
  }

  /**
   * Gives the memory back in which the kernel keeps the file's content, as far as it is on the disk
   * already: {@code int fadvise64(int fd, 0, 0, POSIX_FADV_DONTNEED)}. Only advice: nobody is told
   * whether it was taken.
   */
  public static void dropCache(Fd fd) {
    final int dontNeed = 4;
    Kernel.call(Syscall.FADVISE64, fd, 0, 0, dontNeed);
  }

  /** {@code int fchmod(int fd, mode_t mode)}. */
  public static void chmod(Fd fd, int mode, Object subject) throws FsException {
    Kernel.check(Kernel.call(Syscall.FCHMOD, fd, mode, 0, 0), "chmod", subject);
  }

  /** {@code int fsync(int fd)}: the file's content and attributes are on the disk afterwards. */
  public static void fsync(Fd fd, Object subject) throws FsException {
    Kernel.check(Kernel.call(Syscall.FSYNC, fd, 0, 0, 0), "fsync", subject);
  }

  /**
   * {@code int syncfs(int fd)}: everything on the file system of {@code fd} is on the disk then.
   */
  public static void syncFileSystem(Fd fd, Object subject) throws FsException {
    Kernel.check(Kernel.call(Syscall.SYNCFS, fd, 0, 0, 0), "syncfs", subject);
  }

  /**
   * {@code int ppoll(struct pollfd *fds, 1, const struct timespec *timeout, NULL, 0)}.
   *
   * @param events POLLIN is 1, POLLOUT 4
   * @param timeoutMillis how long to wait, 0 or more
   * @return which of the events, or POLLERR (8), POLLHUP (16), have come; 0 when the time is over
   */
  public static int poll(Fd fd, int events, long timeoutMillis) throws FsException {
    if (!fd.enter()) {
      throw Kernel.failure(Errno.EBADF, "poll", fd);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8, Integer.BYTES);
      pollfd.set(JAVA_INT, 0, fd.number());
      pollfd.set(JAVA_SHORT, 4, (short) events);
      MemorySegment timespec = arena.allocate(16, Long.BYTES);
      timespec.set(JAVA_LONG, 0, timeoutMillis / 1000);
      timespec.set(JAVA_LONG, 8, timeoutMillis % 1000 * 1_000_000);
      long result;
      do {
        // the kernel counts the time down in the structure, so an interrupted wait goes on
        result = Kernel.call(Syscall.PPOLL, pollfd.address(), 1, timespec.address(), 0, 0, 0);
      } while (Kernel.is(result, Errno.EINTR));
      Kernel.check(result, "poll", fd);
      return Short.toUnsignedInt(pollfd.get(JAVA_SHORT, 6));
    } finally {
      fd.exit();
    }
  }

  private static long nativeAddress(MemorySegment buffer) {
    if (!buffer.isNative()) {
      throw new IllegalArgumentException("buffer is on the heap, expected native memory");
    }
    return buffer.address();
  }
}
