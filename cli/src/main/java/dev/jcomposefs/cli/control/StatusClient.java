package dev.jcomposefs.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;

/** Asks all servers of this user. */
public final class StatusClient {
  /** A server that is stopped or stuck must not stop the others from being shown. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Far more than any status takes, bytes. */
  private static final int LARGEST_ANSWER = 1 << 20;

  private StatusClient() {}

  /**
   * What the servers said.
   *
   * @param mounts sorted by mount point
   * @param silent sockets whose server did not give a proper answer, each with the reason
   */
  public record Answers(List<MountStatus> mounts, List<String> silent) {}

  public static Answers askAll() throws IOException {
    return askAll(ControlDirectory.path());
  }

  static Answers askAll(Path directory) throws IOException {
    List<MountStatus> mounts = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    try {
      ControlDirectory.check(directory);
    } catch (NoSuchFileException e) {
      return new Answers(mounts, silent);
    }
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory, "*.sock")) {
      for (Path socket : sockets) {
        try {
          mounts.add(StatusJson.parse(ask(socket, PATIENCE)));
        } catch (ConnectException e) {
          // Nobody listens any more, and the number in the name is its process's alone.
          Files.deleteIfExists(socket);
        } catch (IOException | JacksonException e) {
          silent.add(socket + ": " + e.getMessage());
        }
      }
    }
    mounts.sort(Comparator.comparing(MountStatus::mountPoint));
    return new Answers(mounts, silent);
  }

  static byte[] ask(Path socket, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      server.connect(UnixDomainSocketAddress.of(socket));
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_READ);
      ByteBuffer buffer = ByteBuffer.allocate(8192);
      while (server.read(buffer.clear()) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        if (answer.size() > LARGEST_ANSWER) {
          throw new IOException("the answer has more than %d bytes".formatted(LARGEST_ANSWER));
        }
        if (buffer.position() == 0) {
          long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
          if (leftMillis <= 0 || selector.select(leftMillis) == 0) {
            throw new IOException("no answer within %d ms".formatted(patience.toMillis()));
          }
          selector.selectedKeys().clear();
        }
      }
    }
    return answer.toByteArray();
  }
}
