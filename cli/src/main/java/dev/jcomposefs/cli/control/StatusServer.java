package dev.jcomposefs.cli.control;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxSockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every connection to this process's socket with the status of its mount.
 *
 * <p>An answer is smaller than what the kernel takes from a writer who is not listened to, so one
 * thread is enough and nobody can hold it up.
 */
public final class StatusServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

  /** Out of descriptors, say: trying again at once would fill the log. */
  private static final long PAUSE_NANOS = 100_000_000;

  private final Path socket;
  private final Fd server;
  private final Supplier<MountStatus> status;
  private volatile boolean closed;

  private StatusServer(Path socket, Fd server, Supplier<MountStatus> status) {
    this.socket = socket;
    this.server = server;
    this.status = status;
  }

  /**
   * Begins to listen.
   *
   * @param socket in the {@link ControlDirectory}
   * @param status asked for each connection, on a thread of its own
   */
  public static StatusServer start(Path socket, Supplier<MountStatus> status) throws IOException {
    // Under another name until it listens: whoever finds it can connect, and one that was left over
    // from a process of this number, or from the server before this one, is replaced at once.
    Path unready = socket.resolveSibling(socket.getFileName() + ".new");
    Files.deleteIfExists(unready);
    Fd listening = LinuxSockets.listen(LinuxFiles.bytesOf(unready));
    try {
      Files.move(unready, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      listening.close();
      throw e;
    }
    StatusServer server = new StatusServer(socket, listening, status);
    Thread.ofPlatform().daemon().name("jcfs-status").start(server::serve);
    return server;
  }

  private void serve() {
    while (!closed) {
      try (Fd client = LinuxSockets.accept(server);
          Arena arena = Arena.ofConfined()) {
        byte[] answer = StatusJson.line(status.get()).getBytes(StandardCharsets.UTF_8);
        LinuxFiles.writeFully(client, arena.allocateFrom(JAVA_BYTE, answer), socket);
      } catch (IOException | RuntimeException e) {
        if (!closed) {
          LOG.warn("{}: could not answer: {}", socket, e.toString());
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
    server.close();
  }

  /** The thread that waits for connections closes the socket when it has left it. */
  @Override
  public void close() throws IOException {
    closed = true;
    LinuxSockets.shutDown(server);
    Files.deleteIfExists(socket);
  }
}
