package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a server tells the kernel unasked: a reply to no request, with a code in place of the errno.
 *
 * <p>Source: Linux {@code include/uapi/linux/fuse.h}, enum fuse_notify_code.
 */
final class Notification {
  private static final int RESEND = 7; // FUSE_NOTIFY_RESEND, without a body

  private static final int ENODEV = -Errno.ENODEV.number();
  private static final int ECONNABORTED = -Errno.ECONNABORTED.number();

  private Notification() {}

  /**
   * Has the kernel send every request again that was received on any descriptor of the connection
   * and not answered. It comes with the uppermost bit of its id set.
   */
  static void resend(Fd device) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(OutHeaderLayout.SIZE, Long.BYTES);
      header.set(JAVA_INT, OutHeaderLayout.LENGTH_AT, OutHeaderLayout.SIZE);
      header.set(JAVA_INT, OutHeaderLayout.ERROR_AT, RESEND);
      long sent = LinuxFuse.send(device, header, OutHeaderLayout.SIZE);
      // A connection that is gone says so to the first who receives.
      if (sent < 0 && sent != ENODEV && sent != ECONNABORTED) {
        Errno errno = Errno.of((int) -sent);
        throw new FsException(
            errno, "the kernel does not send its requests again: " + errno.text());
      }
    }
  }
}
