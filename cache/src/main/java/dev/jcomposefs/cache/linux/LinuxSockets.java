package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Unix sockets, as far as the JDK's own cannot: handing over open files. */
public final class LinuxSockets {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 02000000;

  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;

  /** struct msghdr of 64-bit Linux: name, its length, iovec, count, control, its length, flags. */
  private static final int MSGHDR_SIZE = 56;

  private static final int MSGHDR_IOV_AT = 16; // pointer
  private static final int MSGHDR_IOV_COUNT_AT = 24; // u64
  private static final int MSGHDR_CONTROL_AT = 32; // pointer
  private static final int MSGHDR_CONTROL_SIZE_AT = 40; // u64, bytes

  /** struct cmsghdr with one descriptor: length u64, level s32, type s32, descriptor s32. */
  private static final int CONTROL_SIZE = 24;

  private static final int CONTROL_LENGTH = 20; // bytes, without the padding

  /** The two ends of a connection; each is the caller's to close. */
  public record Pair(Fd ours, Fd theirs) {}

  private LinuxSockets() {}

  /** {@code int socketpair(AF_UNIX, SOCK_STREAM, 0, int ends[2])}. */
  public static Pair pair() throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      Kernel.check(
          Kernel.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.address()),
          "socketpair",
          "unix");
      return new Pair(
          Fd.adopt(ends.getAtIndex(JAVA_INT, 0)), Fd.adopt(ends.getAtIndex(JAVA_INT, 1)));
    }
  }

  /**
   * Waits for one byte that brings an open file with it: {@code ssize_t recvmsg(int socket, struct
   * msghdr *message, int flags)} with SCM_RIGHTS, see unix(7).
   *
   * @throws FsException ECONNRESET if the other end closed without sending one
   */
  public static Fd receiveDescriptor(Fd socket) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment iovec = arena.allocate(ADDRESS, 2);
      iovec.set(ADDRESS, 0, arena.allocate(1));
      iovec.set(JAVA_LONG, 8, 1);
      MemorySegment control = arena.allocate(CONTROL_SIZE, Long.BYTES);
      MemorySegment message = arena.allocate(MSGHDR_SIZE, Long.BYTES);
      message.set(ADDRESS, MSGHDR_IOV_AT, iovec);
      message.set(JAVA_LONG, MSGHDR_IOV_COUNT_AT, 1);
      message.set(ADDRESS, MSGHDR_CONTROL_AT, control);
      message.set(JAVA_LONG, MSGHDR_CONTROL_SIZE_AT, CONTROL_SIZE);
      long result;
      do {
        result = Kernel.call(Syscall.RECVMSG, socket, message.address(), MSG_CMSG_CLOEXEC, 0);
      } while (Kernel.is(result, Errno.EINTR));
      Kernel.check(result, "recvmsg", socket);
      if (result != 1
          || control.get(JAVA_LONG, 0) != CONTROL_LENGTH
          || control.get(JAVA_INT, 8) != SOL_SOCKET
          || control.get(JAVA_INT, 12) != SCM_RIGHTS) {
        throw new FsException(Errno.ECONNRESET, "no descriptor came through the socket");
      }
      return Fd.adopt(control.get(JAVA_INT, 16));
    }
  }
}
