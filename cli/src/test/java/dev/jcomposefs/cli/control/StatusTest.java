package dev.jcomposefs.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class StatusTest {
  @TempDir Path parent;

  private Path directory() throws IOException {
    Path directory = parent.resolve("control");
    ControlDirectory.create(directory);
    return directory;
  }

  static MountStatus status(String mountPoint) {
    return new MountStatus(
        4711,
        true,
        mountPoint,
        "/images/a.cfs",
        "ab".repeat(32),
        List.of("/objects"),
        "/upper",
        null,
        "/proc/1/ns/user",
        "jnr",
        "copy",
        Map.of("read", 1L << 33),
        "if-present",
        Instant.parse("2026-11-21T10:00:00Z"),
        new MountStatus.ObjectCounts(1L << 40, 1, 2, 3, 4),
        1,
        List.of(
            new MountStatus.FailureStatus(
                Instant.parse("2026-11-21T10:00:01Z"),
                "/\\xff\n",
                "ab/cd",
                "EIO",
                "found \"this\"",
                7)),
        null,
        new MountStatus.Supervision(4710, 3L));
  }

  @Test
  void askAll_severalServers_giveTheirStatusInOrderOfMountPoints() throws IOException {
    Path directory = directory();
    MountStatus a = status("/a");
    MountStatus b = status("/b");
    try (StatusServer _ = StatusServer.start(directory.resolve("1.sock"), () -> b);
        StatusServer _ = StatusServer.start(directory.resolve("2.sock"), () -> a)) {
      StatusClient.Answers answers = StatusClient.askAll(directory);
      assertThat(answers.mounts()).containsExactly(a, b);
      assertThat(answers.silent()).isEmpty();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void askAll_noDirectory_findsNoMounts() throws IOException {
    assertThat(StatusClient.askAll(parent.resolve("missing")).mounts()).isEmpty();
  }

  @Test
  void askAll_socketOfDeadServer_isRemoved() throws IOException {
    Path socket = directory().resolve("999999999.sock"); // more than any process's number
    bindAndDie(socket);
    StatusClient.Answers answers = StatusClient.askAll(directory());
    assertThat(answers.mounts()).isEmpty();
    assertThat(answers.silent()).isEmpty();
    assertThat(socket).doesNotExist();
  }

  /** As one is found to be that goes between being listed and being asked. */
  @Test
  void askAll_socketThatIsGone_isNotMissed() throws IOException {
    Files.createSymbolicLink(directory().resolve("1.sock"), Path.of("gone"));
    assertThat(StatusClient.askAll(parent.resolve("control")).silent()).isEmpty();
  }

  /** Of a process that has the number of the dead server, or that holds its mount. */
  @ParameterizedTest
  @ValueSource(strings = {ControlDirectory.SOCKET, ControlDirectory.HELD_SOCKET})
  void askAll_socketOfDeadServerWhoseProcessLives_stays(String suffix) throws IOException {
    Path socket = directory().resolve(ProcessHandle.current().pid() + suffix);
    bindAndDie(socket);
    assertThat(StatusClient.askAll(directory()).mounts()).isEmpty();
    assertThat(socket).exists();
  }

  /** The next server listens there soon. */
  @Test
  void ask_socketOfDeadServerWhoseHolderLives_waitsForTheNextOne() throws Exception {
    Path socket = directory().resolve(ProcessHandle.current().pid() + ControlDirectory.HELD_SOCKET);
    bindAndDie(socket);
    CompletableFuture<List<MountStatus>> answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return StatusClient.ask(socket, Duration.ofSeconds(60));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    try (StatusServer _ = StatusServer.start(socket, () -> status("/a"))) {
      assertThat(answer.get(90, TimeUnit.SECONDS)).containsExactly(status("/a"));
    }
  }

  private static void bindAndDie(Path socket) throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
  }

  @Test
  void askAll_serverThatFails_doesNotHideTheOthers() throws IOException {
    Path directory = directory();
    try (StatusServer _ =
            StatusServer.start(
                directory.resolve("1.sock"),
                () -> {
                  throw new IllegalStateException("broken on purpose");
                });
        StatusServer _ = StatusServer.start(directory.resolve("2.sock"), () -> status("/a"))) {
      StatusClient.Answers answers = StatusClient.askAll(directory);
      assertThat(answers.mounts()).containsExactly(status("/a"));
      assertThat(answers.silent())
          .singleElement()
          .asString()
          .startsWith(directory.resolve("1.sock").toString());
    }
  }

  @Test
  void ask_serverThatNeverAnswers_isGivenUp() throws IOException {
    Path socket = directory().resolve("1.sock");
    try (ServerSocketChannel stuck = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stuck.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> StatusClient.ask(socket, Duration.ofMillis(50)))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 50 ms");
    }
  }

  /** The names and their order are those of the record, as a mapping by reflection has them. */
  @Test
  void pretty_status_isWhatJacksonWouldMakeOfTheRecord() {
    List<MountStatus> mounts = List.of(status("/a"), status("/\u00fc\u0001\u007f\ud83d\ude00"));
    assertThat(StatusJson.pretty(mounts))
        .isEqualTo(
            JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(mounts));
    assertThat(StatusJson.pretty(List.of())).isEqualTo("[ ]");
  }

  @Test
  void create_newDirectory_isForItsUserOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwx--x---", "rwx-w----", "rwx----w-"})
  void check_directoryOpenToOthers_isRefused(String permissions) throws IOException {
    Path directory = directory();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(() -> ControlDirectory.create(directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(directory + ": found owner ")
        .hasMessageContaining("expected a directory of user ");
  }

  @Test
  void check_linkToPrivateDirectory_isRefused() throws IOException {
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory());
    assertThatThrownBy(() -> ControlDirectory.create(link))
        .hasMessage(link + ": found something else, expected a directory");
  }

  @Test
  void check_directoryOfAnotherUser_isRefused() throws IOException {
    assertThatThrownBy(() -> ControlDirectory.check(Path.of("/proc/1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected a directory of user ");
  }
}
