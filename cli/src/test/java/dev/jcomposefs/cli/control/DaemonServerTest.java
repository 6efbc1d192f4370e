package dev.jcomposefs.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon's socket, with a service that mounts nothing. */
@Timeout(180)
class DaemonServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final DaemonRequest.Mount REQUEST =
      new DaemonRequest.Mount(
          "here",
          "/image\n\"\u00fc",
          "/directory",
          List.of("/a:b", "/c,d"),
          "ab".repeat(32),
          "require",
          true,
          false,
          true,
          "dev",
          "no-open",
          null);

  @TempDir Path parent;

  private Path directory;
  private DaemonLock lock;
  private DaemonServer server;
  private final BlockingQueue<DaemonRequest.Mount> mounts = new ArrayBlockingQueue<>(100);
  private final BlockingQueue<Boolean> heard = new ArrayBlockingQueue<>(100);

  private final class Service implements DaemonServer.Service {
    @Override
    public void mount(DaemonRequest.Mount request, DaemonServer.Reply reply) {
      mounts.add(request);
      heard.add(reply.send(DaemonAnswer.failed("no such\u00fc image")));
    }

    @Override
    public List<MountStatus> status() {
      return List.of(StatusTest.status("/b"), StatusTest.status("/a"));
    }

    @Override
    public void stop(DaemonServer.Reply reply) {
      reply.send(DaemonAnswer.done());
    }
  }

  @BeforeEach
  void start() throws Exception {
    directory = parent.resolve("control");
    ControlDirectory.create(directory);
    lock = DaemonLock.acquire(directory, PATIENCE);
    server = DaemonServer.start(lock, new Service());
  }

  @AfterEach
  void end() throws Exception {
    server.close();
    lock.close();
  }

  private Path socket() {
    return directory.resolve(ControlDirectory.DAEMON_SOCKET);
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
  }

  /** Everything that comes, until the connection ends. */
  private static String hear(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (channel.read(buffer) >= 0) {}
    return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
  }

  private static void say(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Test
  void mount_request_arrivesAsItWasAndIsAnswered() throws Exception {
    DaemonAnswer answer = DaemonClient.ask(directory, REQUEST, PATIENCE);

    assertThat(mounts.poll(60, TimeUnit.SECONDS)).isEqualTo(REQUEST);
    assertThat(answer).isEqualTo(DaemonAnswer.failed("no such\u00fc image"));
    assertThat(heard.poll(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void status_asked_hasALineForEachMount() throws Exception {
    StatusClient.Answers answers = StatusClient.askAll(directory);

    assertThat(answers.mounts()).containsExactly(StatusTest.status("/a"), StatusTest.status("/b"));
    assertThat(answers.silent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "x\n",
        "[]\n",
        "{}\n",
        "{\"protocol\":\"1\"}\n",
        "{\"protocol\":1,\"request\":\"dance\"}\n",
        "{\"protocol\":2,\"request\":\"stop\"}\n",
        "{\"protocol\":1,\"request\":\"mount\"}\n",
        "{\"protocol\":1,\"request\":\"status\"}{}\n"
      })
  void request_thatIsNone_isRefused(String line) throws Exception {
    try (SocketChannel caller = connect()) {
      say(caller, line);
      assertThat(DaemonAnswer.parse(hear(caller).strip()).outcome())
          .isEqualTo(DaemonAnswer.Outcome.REFUSED);
    }
    assertThat(mounts).isEmpty();
  }

  @Test
  void request_nestedWithoutEnd_isRefused() throws Exception {
    try (SocketChannel caller = connect()) {
      say(caller, "{\"a\":".repeat(40_000) + "\n");
      assertThat(DaemonAnswer.parse(hear(caller).strip()).outcome())
          .isEqualTo(DaemonAnswer.Outcome.REFUSED);
    }
  }

  @Test
  void request_tooLong_isHungUpOn() throws Exception {
    try (SocketChannel caller = connect()) {
      assertThatThrownBy(
              () -> {
                say(caller, "x".repeat(DaemonRequest.LONGEST + (1 << 20)));
                throw new IOException(hear(caller));
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(DaemonClient.ask(directory, REQUEST, PATIENCE)).isNotNull();
  }

  /** More than are waited for, so the first ones are given up. */
  @Test
  void callers_whoSayNothing_keepNobodyWaiting() throws Exception {
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        SocketChannel caller = connect();
        silent.add(caller);
        say(caller, "{\"protocol\"");
      }
      assertThat(DaemonClient.ask(directory, REQUEST, PATIENCE)).isNotNull();
      assertThat(silent.getFirst().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    } finally {
      for (SocketChannel caller : silent) {
        caller.close();
      }
    }
  }

  @Test
  void ask_socketOfKilledDaemon_findsNoDaemonAndClearsIt() throws Exception {
    server.close();
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket()));
    }
    lock.close();

    assertThat(DaemonClient.ask(directory, REQUEST, PATIENCE)).isNull();

    assertThat(socket()).doesNotExist();
  }

  @Test
  void ask_noDirectory_findsNoDaemon() throws Exception {
    assertThat(DaemonClient.ask(parent.resolve("missing"), REQUEST, PATIENCE)).isNull();
  }

  @Test
  void ask_daemonThatHangs_saysSo() throws Exception {
    server.close();
    try (ServerSocketChannel stuck = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stuck.bind(UnixDomainSocketAddress.of(socket()));
      assertThatThrownBy(() -> DaemonClient.ask(directory, REQUEST, Duration.ofMillis(50)))
          .isInstanceOf(IOException.class)
          .hasMessage("the daemon at %s: no answer within 50 ms".formatted(socket()));
    }
  }

  @Test
  void close_server_removesItsSocket() throws Exception {
    server.close();
    assertThat(Files.exists(socket())).isFalse();
  }
}
