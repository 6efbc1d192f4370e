package dev.jcomposefs.cli.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  private final Path socket;
  private final ServerSocketChannel server;
  private final Supplier<MountStatus> status;

  private StatusServer(Path socket, ServerSocketChannel server, Supplier<MountStatus> status) {
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
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(unready));
      Files.move(unready, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    StatusServer server = new StatusServer(socket, channel, status);
    Thread.ofPlatform().daemon().name("jcfs-status").start(server::serve);
    return server;
  }

  private void serve() {
    while (true) {
      try (SocketChannel client = server.accept()) {
        ByteBuffer answer = StandardCharsets.UTF_8.encode(StatusJson.line(status.get()));
        while (answer.hasRemaining()) {
          client.write(answer);
        }
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException | RuntimeException e) {
        if (!server.isOpen()) {
          return;
        }
        LOG.warn("{}: could not answer: {}", socket, e.toString());
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }
}
