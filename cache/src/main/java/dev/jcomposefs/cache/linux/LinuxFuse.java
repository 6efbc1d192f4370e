package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The device {@code /dev/fuse}. What goes over it is not known here.
 *
 * <p>Source: Linux {@code include/uapi/linux/fuse.h}, {@code fs/fuse/dev.c}.
 */
public final class LinuxFuse {
  private static final ByteString DEVICE = ByteString.utf8("/dev/fuse");

  private static final ByteString OWN_DESCRIPTORS = ByteString.utf8("/proc/thread-self/fd");
  private static final int CLONE_FILES = 0x400;

  private static final long CLONE = 0x8004E500L; // FUSE_DEV_IOC_CLONE, u32 *
  private static final long BACKING_OPEN = 0x4010E501L; // FUSE_DEV_IOC_BACKING_OPEN, struct *
  private static final long BACKING_CLOSE = 0x4004E502L; // FUSE_DEV_IOC_BACKING_CLOSE, u32 *

  /** struct fuse_backing_map. */
  private static final class BackingMapLayout {
    static final int SIZE = 16; // bytes
    static final int FD_AT = 0; // s32; flags and padding behind it are 0
  }

  private LinuxFuse() {}

  /**
   * Opens the device; nothing is mounted with it yet.
   *
   * @throws FsException ENOENT or ENODEV without FUSE, EACCES or EPERM without the right to use it
   */
  public static Fd open() throws FsException {
    return LinuxFiles.open(Fd.WORKING_DIRECTORY, DEVICE, OpenFlags.READ_WRITE, 0);
  }

  /**
   * A further descriptor of the same connection. A request has to be answered on the descriptor
   * that it was read from.
   *
   * @param mounted a descriptor that a mount uses
   * @param nonBlocking whether reading from it fails with EAGAIN instead of waiting
   */
  public static Fd clone(Fd mounted, boolean nonBlocking) throws FsException {
    int flags = OpenFlags.READ_WRITE | (nonBlocking ? OpenFlags.NON_BLOCK : 0);
    Fd clone = LinuxFiles.open(Fd.WORKING_DIRECTORY, DEVICE, flags, 0);
    try {
      attach(clone, mounted);
      return clone;
    } catch (Throwable t) {
      clone.close();
      throw t;
    }
  }

  /**
   * Makes a descriptor of the device that nothing is mounted with yet one of a connection.
   *
   * @param device open for reading and writing, in the user namespace that {@code mounted} was
   *     opened in
   * @param mounted a descriptor that a mount uses
   * @throws FsException EINVAL if {@code device} has a connection already
   */
  public static void attach(Fd device, Fd mounted) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      number.set(JAVA_INT, 0, mounted.number());
      Kernel.check(
          Kernel.call(Syscall.IOCTL, device, CLONE, number.address(), 0), "clone", mounted);
    }
  }

  /**
   * Receives one request: {@code read(2)}, not repeated when a signal interrupts it.
   *
   * @param into native memory
   * @return its bytes, or a negative errno
   */
  public static long receive(Fd device, MemorySegment into) {
    return Kernel.call(Syscall.READ, device, into.address(), into.byteSize(), 0, 0, 0);
  }

  /**
   * Sends one reply or notification: {@code write(2)}, which takes it as a whole or not at all.
   *
   * @param from native memory
   * @param length its bytes, from the start of {@code from}
   * @return {@code length}, or a negative errno
   */
  public static long send(Fd device, MemorySegment from, long length) {
    return Kernel.call(Syscall.WRITE, device, from.address(), length, 0, 0, 0);
  }

  /**
   * Gives the kernel a file to read instead of asking. Since Linux 6.9; needs CAP_SYS_ADMIN in the
   * initial user namespace.
   *
   * @param device a descriptor of the connection
   * @param file a regular file, open
   * @return its id with the connection, more than 0, or a negative errno
   */
  public static int openBacking(Fd device, Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(BackingMapLayout.SIZE, Long.BYTES);
      map.set(JAVA_INT, BackingMapLayout.FD_AT, file.number());
      return (int) Kernel.call(Syscall.IOCTL, device, BACKING_OPEN, map.address(), 0);
    }
  }

  /**
   * Takes such a file back; whoever has it open keeps it.
   *
   * @return 0, or a negative errno
   */
  public static int closeBacking(Fd device, int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      number.set(JAVA_INT, 0, id);
      return (int) Kernel.call(Syscall.IOCTL, device, BACKING_CLOSE, number.address(), 0);
    }
  }

  /**
   * Gives the calling thread descriptors of its own, a copy of the process's without those of this
   * device: {@code unshare(CLONE_FILES)}.
   *
   * <p>A thread that uses a mount of its own process waits in the kernel for another thread of it.
   * If the process is killed meanwhile, nobody answers any more; and as the waiting thread, which
   * cannot end before it is answered, would hold the connection open, it would stay for ever. This
   * way the connection ends with the other threads, and the wait with the connection.
   *
   * <p>What the thread opens from now on is open for no other thread, so the thread should be one
   * that ends soon. There is no way back.
   */
  public static void disown() throws FsException {
    Kernel.check(Kernel.call(Syscall.UNSHARE, CLONE_FILES, 0, 0), "unshare", "descriptors");
    try (Fd own =
        LinuxFiles.open(
            Fd.WORKING_DIRECTORY, OWN_DESCRIPTORS, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY, 0)) {
      for (ByteString number : LinuxDirectories.list(own, OWN_DESCRIPTORS)) {
        if (LinuxDirectories.readLink(own, number).equals(DEVICE)) {
          Kernel.call(Syscall.CLOSE, Integer.parseInt(number.toString()), 0, 0);
        }
      }
    }
  }
}
