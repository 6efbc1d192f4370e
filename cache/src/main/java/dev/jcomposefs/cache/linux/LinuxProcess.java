package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this process is, what it is given, and what it inherits from where it was started. */
public final class LinuxProcess {
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  private static final int RLIMIT_NOFILE = 7;

  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;

  /** struct timespec: seconds and nanoseconds, s64 each. */
  private static final int TIMESPEC_SIZE = 16;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** struct rlimit64: soft and hard limit, u64 each. */
  private static final int RLIMIT_SIZE = 16;

  /** The largest unsigned 64 bits in decimal, and a line break; bytes. */
  private static final int NUMBER_LINE = 21;

  /** More than /proc/PID/status of a thread has up to its signals, unless in very many groups. */
  private static final int STATUS_SIZE = 64 << 10;

  /** Signals that wait for a thread, in 16 hexadecimal digits. */
  private static final String PENDING = "\nSigPnd:\t";

  private static final long KILL = 1L << 8; // SIGKILL, 9

  /** Of {@code include/uapi/linux/auxvec.h}. */
  private static final long AT_PAGESZ = 6;

  private LinuxProcess() {}

  /** {@code pid_t getpid(void)}, without the threads that {@link ProcessHandle} prepares. */
  public static int id() {
    return (int) Kernel.call(Syscall.GETPID, 0, 0, 0);
  }

  /** {@code uid_t getuid(void)}: the real user, unsigned 32 bits. */
  public static int userId() {
    return (int) Kernel.call(Syscall.GETUID, 0, 0, 0);
  }

  /** {@code gid_t getgid(void)}: the real group, unsigned 32 bits. */
  public static int groupId() {
    return (int) Kernel.call(Syscall.GETGID, 0, 0, 0);
  }

  /** {@code uid_t geteuid(void)}: the user whose rights count, unsigned 32 bits. */
  public static int effectiveUserId() {
    return (int) Kernel.call(Syscall.GETEUID, 0, 0, 0);
  }

  /**
   * Whether user and group ids mean to this process what they mean to the system: what needs a
   * right over the whole system, such as {@code trusted.} attributes, root of another user
   * namespace has not. Source: user_namespaces(7).
   */
  public static boolean isInInitialUserNamespace() {
    try {
      String map = Files.readString(Path.of("/proc/self/uid_map")).strip();
      return map.matches("0 +0 +4294967295");
    } catch (IOException e) {
      return true; // a kernel without user namespaces has no such file
    }
  }

  /**
   * {@code int chdir(const char *path)}. The JDK does not notice: from now on its relative paths
   * and those of the kernel may lead to different places, so absolute ones only.
   */
  public static void changeDirectory(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long address = Kernel.path(path, "chdir", arena).address();
      Kernel.check(Kernel.call(Syscall.CHDIR, address, 0, 0), "chdir", path);
    }
  }

  /**
   * {@code int dup3(int oldfd, int newfd, 0)}: makes a descriptor number lead to another file, also
   * for code that is not written in Java.
   *
   * @param number open or not; such as 2 for stderr
   */
  public static void redirect(int number, Fd to) throws FsException {
    Kernel.check(Kernel.call(Syscall.DUP3, to, number, 0, 0), "redirect", "fd " + number);
  }

  /**
   * Takes over a descriptor that this process was started with, and keeps it from the programs that
   * this one starts: {@code int fcntl(int fd, F_SETFD, FD_CLOEXEC)}.
   *
   * @param number 0 or more
   * @throws FsException EBADF if there is none of this number
   */
  public static Fd inherited(int number) throws FsException {
    Fd inherited = Fd.adopt(number);
    Kernel.check(
        Kernel.call(Syscall.FCNTL, inherited, F_SETFD, FD_CLOEXEC, 0), "inherit", inherited);
    return inherited;
  }

  /**
   * How many descriptors this process may have open: {@code prlimit(0, RLIMIT_NOFILE, NULL, struct
   * rlimit *)}, the soft limit.
   */
  public static long openFileLimit() throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(RLIMIT_SIZE, Long.BYTES);
      long result = Kernel.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limit.address());
      Kernel.check(result, "prlimit", "open files");
      // infinity is all bits set
      return limit.get(JAVA_LONG, 0) < 0 ? Long.MAX_VALUE : limit.get(JAVA_LONG, 0);
    }
  }

  /**
   * Raises that limit, as far as this process may; never lowers it.
   *
   * @param wanted more than 0
   * @return the limit from now on, which may be less or more
   */
  public static long raiseOpenFileLimit(long wanted) throws FsException {
    long now = openFileLimit();
    if (now >= wanted) {
      return now;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(RLIMIT_SIZE, Long.BYTES);
      // The virtual machine has raised the soft limit to the hard one: only both can go further,
      // which takes CAP_SYS_RESOURCE.
      limit.set(JAVA_LONG, 0, wanted);
      limit.set(JAVA_LONG, Long.BYTES, wanted);
      long result = Kernel.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, limit.address(), 0);
      return result == 0 ? wanted : now;
    }
  }

  /** How many files all of the system may have open, ordinary users' processes together. */
  public static long systemFileLimit() {
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys/fs/file-max"))) {
      // at once: what is read in two parts ends after the first
      byte[] text = new byte[NUMBER_LINE];
      int length = in.read(text);
      return Long.parseLong(new String(text, 0, Math.max(length, 0), US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // not shown here, or more than a long
    }
  }

  /**
   * Whether a thread was killed and has not noticed yet: SIGKILL is pending for it, as which it
   * gets every signal that ends its process without a core dump. False if it cannot be looked at.
   *
   * @param thread its id as this process sees it, 0 for one that it does not
   */
  public static boolean isDying(int thread) {
    if (thread == 0) {
      return false;
    }
    try (Fd status =
            LinuxFiles.open(
                Fd.WORKING_DIRECTORY,
                ByteString.utf8("/proc/" + Integer.toUnsignedString(thread) + "/status"),
                OpenFlags.READ_ONLY,
                0);
        Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(STATUS_SIZE);
      int length = (int) Math.max(0, LinuxFiles.read(status, into));
      String text = new String(into.asSlice(0, length).toArray(JAVA_BYTE), ISO_8859_1);
      // A name cannot look like this: a line feed in it is shown as two other characters.
      int at = text.indexOf(PENDING);
      int digits = at + PENDING.length();
      return at >= 0
          && digits + Long.BYTES * 2 <= text.length()
          && (Long.parseUnsignedLong(text, digits, digits + Long.BYTES * 2, 16) & KILL) != 0;
    } catch (FsException | NumberFormatException e) {
      return false;
    }
  }

  /** Bytes of a page of memory, from what the kernel told this process when it began. */
  public static int pageSize() throws IOException {
    MemorySegment auxiliary = MemorySegment.ofArray(Files.readAllBytes(Path.of("/proc/self/auxv")));
    for (long at = 0; at + 2 * Long.BYTES <= auxiliary.byteSize(); at += 2 * Long.BYTES) {
      if (auxiliary.get(JAVA_LONG_UNALIGNED, at) == AT_PAGESZ) {
        return Math.toIntExact(auxiliary.get(JAVA_LONG_UNALIGNED, at + Long.BYTES));
      }
    }
    throw new IOException("/proc/self/auxv: found no page size");
  }

  /**
   * {@code int clock_gettime(CLOCK_PROCESS_CPUTIME_ID, struct timespec *)}: the time that CPUs have
   * spent on this process, nanoseconds.
   */
  public static long cpuTime() throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC_SIZE, Long.BYTES);
      long result = Kernel.call(Syscall.CLOCK_GETTIME, CLOCK_PROCESS_CPUTIME_ID, time.address(), 0);
      Kernel.check(result, "clock_gettime", "CPU time");
      return time.get(JAVA_LONG, 0) * NANOS_PER_SECOND + time.get(JAVA_LONG, Long.BYTES);
    }
  }
}
