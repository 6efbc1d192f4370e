package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Unix sockets, as far as the JDK's own cannot: handing over open files, and listening without the
 * providers of selectors and random numbers that come with them, which take longer than a mount.
 */
public final class LinuxSockets {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;

  private static final int BACKLOG = 50; // connections that wait to be accepted
  private static final int SHUT_RDWR = 2;

  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;

  /** struct msghdr of 64-bit Linux: name, its length, iovec, count, control, its length, flags. */
  private static final int MSGHDR_SIZE = 56;

  private static final int MSGHDR_NAME_AT = 0; // pointer
  private static final int MSGHDR_NAME_SIZE_AT = 8; // u32, bytes
  private static final int MSGHDR_IOV_AT = 16; // pointer
  private static final int MSGHDR_IOV_COUNT_AT = 24; // u64
  private static final int MSGHDR_CONTROL_AT = 32; // pointer
  private static final int MSGHDR_CONTROL_SIZE_AT = 40; // u64, bytes

  /** struct cmsghdr with one descriptor: length u64, level s32, type s32, descriptor s32. */
  private static final int CONTROL_SIZE = 24;

  private static final int CONTROL_LENGTH = 20; // bytes, without the padding

  /** struct sockaddr_un: family u16, and the path with its NUL. */
  private static final int ADDRESS_PATH_AT = 2;

  private static final int MAX_ADDRESS_PATH = 108; // bytes

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
   * Makes a socket that listens: {@code socket(AF_UNIX, SOCK_STREAM, 0)}, {@code bind}, {@code
   * listen}; see unix(7).
   *
   * @param path of a file that must not exist, at most 107 bytes
   * @throws FsException EADDRINUSE if it does, ENAMETOOLONG if it is longer
   */
  public static Fd listen(ByteString path) throws FsException {
    if (path.length() >= MAX_ADDRESS_PATH) {
      throw Kernel.failure(Errno.ENAMETOOLONG, "bind", path);
    }
    Fd socket =
        Fd.adopt(
            (int)
                Kernel.check(
                    Kernel.call(Syscall.SOCKET, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
                    "socket",
                    path));
    try (Arena arena = Arena.ofConfined()) {
      int size = ADDRESS_PATH_AT + path.length() + 1;
      MemorySegment address = arena.allocate(size, Short.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      path.copyTo(address, ADDRESS_PATH_AT);
      Kernel.check(Kernel.call(Syscall.BIND, socket, address.address(), size, 0), "bind", path);
      Kernel.check(Kernel.call(Syscall.LISTEN, socket, BACKLOG, 0, 0), "listen", path);
      return socket;
    } catch (Throwable t) {
      socket.close();
      throw t;
    }
  }

  /**
   * Waits for a connection: {@code int accept4(int socket, NULL, NULL, SOCK_CLOEXEC)}.
   *
   * @throws FsException EINVAL after {@link #shutDown}
   */
  public static Fd accept(Fd socket) throws FsException {
    long result;
    do {
      result = Kernel.call(Syscall.ACCEPT4, socket, 0, 0, SOCK_CLOEXEC);
    } while (Kernel.is(result, Errno.EINTR));
    return Fd.adopt((int) Kernel.check(result, "accept", socket));
  }

  /** {@code int shutdown(int socket, SHUT_RDWR)}: whoever waits in it, in any thread, returns. */
  public static void shutDown(Fd socket) throws FsException {
    Kernel.check(Kernel.call(Syscall.SHUTDOWN, socket, SHUT_RDWR, 0, 0), "shutdown", socket);
  }

  /**
   * Waits for one byte that brings an open file with it: {@code ssize_t recvmsg(int socket, struct
   * msghdr *message, int flags)} with SCM_RIGHTS, see unix(7).
   *
   * @throws FsException ECONNRESET if the other end closed without sending one
   */
  public static Fd receiveDescriptor(Fd socket) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = message(arena.allocate(1), 1, arena);
      MemorySegment control = arena.allocate(CONTROL_SIZE, Long.BYTES);
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

  /**
   * Sends one datagram: {@code ssize_t sendmsg(int socket, const struct msghdr *message, int
   * flags)}, with SCM_RIGHTS if a file goes with it, see unix(7).
   *
   * @param address path of the receiving socket, or {@code @} and its name in the abstract space
   * @param attached an open file that the receiver gets, too
   * @throws FsException ENAMETOOLONG for an address of more than 107 bytes, ENOENT or ECONNREFUSED
   *     if nobody receives there
   */
  public static void sendDatagram(ByteString address, ByteString text, @Nullable Fd attached)
      throws FsException {
    if (address.length() >= MAX_ADDRESS_PATH) {
      throw Kernel.failure(Errno.ENAMETOOLONG, "sendmsg", address);
    }
    try (Arena arena = Arena.ofConfined();
        Fd socket = datagramSocket()) {
      MemorySegment name = arena.allocate(ADDRESS_PATH_AT + MAX_ADDRESS_PATH, Long.BYTES);
      name.set(JAVA_SHORT, 0, (short) AF_UNIX);
      address.copyTo(name, ADDRESS_PATH_AT);
      boolean abstractName = address.length() > 0 && address.at(0) == '@';
      if (abstractName) {
        name.set(JAVA_BYTE, ADDRESS_PATH_AT, (byte) 0);
      }
      MemorySegment bytes = arena.allocate(Math.max(1, text.length()));
      text.copyTo(bytes, 0);
      MemorySegment message = message(bytes, text.length(), arena);
      message.set(ADDRESS, MSGHDR_NAME_AT, name);
      message.set(
          JAVA_INT,
          MSGHDR_NAME_SIZE_AT,
          ADDRESS_PATH_AT + address.length() + (abstractName ? 0 : 1));
      if (attached != null) {
        MemorySegment control = arena.allocate(CONTROL_SIZE, Long.BYTES);
        control.set(JAVA_LONG, 0, CONTROL_LENGTH);
        control.set(JAVA_INT, 8, SOL_SOCKET);
        control.set(JAVA_INT, 12, SCM_RIGHTS);
        control.set(JAVA_INT, 16, attached.number());
        message.set(ADDRESS, MSGHDR_CONTROL_AT, control);
        message.set(JAVA_LONG, MSGHDR_CONTROL_SIZE_AT, CONTROL_SIZE);
      }
      long result;
      do {
        result = Kernel.call(Syscall.SENDMSG, socket, message.address(), MSG_NOSIGNAL, 0);
      } while (Kernel.is(result, Errno.EINTR));
      Kernel.check(result, "sendmsg", address);
    }
  }

  /** A struct msghdr with one struct iovec: pointer, and u64 bytes. */
  private static MemorySegment message(
      MemorySegment bytes, long length, SegmentAllocator allocator) {
    MemorySegment iovec = allocator.allocate(ADDRESS, 2);
    iovec.set(ADDRESS, 0, bytes);
    iovec.set(JAVA_LONG, ADDRESS.byteSize(), length);
    MemorySegment message = allocator.allocate(MSGHDR_SIZE, Long.BYTES);
    message.set(ADDRESS, MSGHDR_IOV_AT, iovec);
    message.set(JAVA_LONG, MSGHDR_IOV_COUNT_AT, 1);
    return message;
  }

  private static Fd datagramSocket() throws FsException {
    long result = Kernel.call(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return Fd.adopt((int) Kernel.check(result, "socket", "unix"));
  }
}
