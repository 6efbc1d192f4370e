package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxSockets;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a service tells whoever has started it, systemd or another that plays its part, through a
 * socket that it is given.
 *
 * <p>Source: sd_notify(3).
 *
 * @param socket path, or {@code @} and a name
 */
record ServiceNotices(String socket) {
  /** For this process; null if it is no service. */
  static @Nullable ServiceNotices ofThisProcess() {
    String socket = System.getenv("NOTIFY_SOCKET");
    return socket == null || socket.isEmpty() ? null : new ServiceNotices(socket);
  }

  /** Says that the service does its work now. */
  void ready() throws FsException {
    send("READY=1", null);
  }

  /** Has it keep a file for the next process of this service; what is gone it drops by itself. */
  void store(String name, Fd file) throws FsException {
    send("FDSTORE=1\nFDNAME=" + name, file);
  }

  /** Has it drop all files of a name. */
  void remove(String name) throws FsException {
    send("FDSTOREREMOVE=1\nFDNAME=" + name, null);
  }

  private void send(String message, @Nullable Fd file) throws FsException {
    LinuxSockets.sendDatagram(ByteString.utf8(socket), ByteString.utf8(message), file);
  }
}
