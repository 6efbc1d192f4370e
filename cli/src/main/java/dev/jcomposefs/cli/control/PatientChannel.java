package dev.jcomposefs.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to somebody who may be stopped or stuck: waiting longer than it was told to is a
 * {@link SocketTimeoutException}. Belongs to one thread.
 */
final class PatientChannel implements AutoCloseable {
  private final SocketChannel channel;
  private final Duration patience;
  private final ByteBuffer received = ByteBuffer.allocate(8192).flip();

  /** Most exchanges never wait, so this is opened by the first that does. */
  private @Nullable Selector selector;

  private boolean ended;

  /**
   * @param channel to be closed by this
   * @param patience for each line, and for each send
   */
  PatientChannel(SocketChannel channel, Duration patience) throws IOException {
    this.channel = channel;
    this.patience = patience;
    channel.configureBlocking(false);
  }

  /**
   * @throws java.net.ConnectException if nobody listens any more
   */
  static PatientChannel connect(Path socket, Duration patience) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new PatientChannel(channel, patience);
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }

  /** Sends text as UTF-8. */
  void send(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    long deadline = deadline();
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE, deadline);
      }
    }
  }

  /**
   * Receives a line of UTF-8.
   *
   * @param longest bytes
   * @return without its line break, or null at the end; what the other side did not end with a line
   *     break is a line, too
   */
  @Nullable String line(int longest) throws IOException {
    long deadline = deadline();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      while (received.hasRemaining()) {
        byte next = received.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        line.write(next);
      }
      if (line.size() > longest) {
        throw new IOException("the answer has a line of more than %d bytes".formatted(longest));
      }
      if (ended) {
        return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
      }
      receive(deadline);
    }
  }

  private void receive(long deadline) throws IOException {
    received.clear();
    int n = channel.read(received);
    received.flip();
    if (n < 0) {
      ended = true;
    } else if (n == 0) {
      await(SelectionKey.OP_READ, deadline);
    }
  }

  private long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  private void await(int operation, long deadline) throws IOException {
    Selector ready = selector;
    if (ready == null) {
      ready = Selector.open();
      selector = ready;
    }
    channel.register(ready, operation);
    long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
    if (leftMillis <= 0 || ready.select(leftMillis) == 0) {
      throw new SocketTimeoutException("no answer within %d ms".formatted(patience.toMillis()));
    }
    ready.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (selector != null) {
        selector.close();
      }
    }
  }
}
