package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinuxChildTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  private static List<ByteString> shell(String script) {
    return Stream.of("sh", "-c", script).map(ByteString::utf8).toList();
  }

  @Test
  void child_thatFails_leavesItsStatusAndErrors() throws FsException {
    LinuxChild child = LinuxChild.start(shell("echo one >&2; echo two >&2; exit 7"), PATH, null);

    assertThat(child.await()).isEqualTo(new LinuxChild.Outcome(7, "one\ntwo"));
  }

  @Test
  void child_endedBySignal_hasStatusAbove128() throws FsException {
    assertThat(LinuxChild.start(shell("kill -KILL $$"), PATH, null).await())
        .isEqualTo(new LinuxChild.Outcome(128 + 9, ""));
  }

  @Test
  void child_withMoreErrorsThanKept_endsAllTheSame() throws FsException {
    LinuxChild.Outcome outcome =
        LinuxChild.start(shell("head -c 200000 /dev/zero | tr '\\0' x >&2"), PATH, null).await();

    assertThat(outcome.status()).isZero();
    assertThat(outcome.errors()).isEqualTo("x".repeat(16 << 10));
  }

  @Test
  void child_givenADescriptor_canUseIt() throws FsException {
    LinuxSockets.Pair pair = LinuxSockets.pair();
    try (Fd ours = pair.ours();
        Fd theirs = pair.theirs();
        Arena arena = Arena.ofConfined()) {
      LinuxChild child = LinuxChild.start(shell("printf hello >&3"), PATH, theirs);
      assertThat(child.await().status()).isZero();

      MemorySegment buffer = arena.allocate(16);
      int n = (int) LinuxFiles.read(ours, buffer);
      assertThat(new String(ByteString.copyOf(buffer, 0, n).toByteArray(), StandardCharsets.UTF_8))
          .isEqualTo("hello");
    }
  }

  @Test
  void child_whoseEnvironmentIsGiven_hasNoOther() throws FsException {
    LinuxChild child =
        LinuxChild.start(
            shell("printf '%s,%s' \"$COLOUR\" \"$HOME\" >&2"),
            Map.of("PATH", "/usr/bin:/bin", "COLOUR", "blue"),
            null);

    assertThat(child.await().errors()).isEqualTo("blue,");
  }

  @Test
  void child_thatDoesNotEndInTime_isKilled() throws FsException {
    LinuxSockets.Pair pair = LinuxSockets.pair();
    try (Fd ours = pair.ours();
        Arena arena = Arena.ofConfined()) {
      LinuxChild child;
      try (Fd theirs = pair.theirs()) {
        child = LinuxChild.start(shell("exec sleep 1000"), PATH, theirs);
      }

      assertThatThrownBy(() -> child.await(Duration.ofMillis(20)))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT));
      // the socket ends when the process does
      assertThat(LinuxFiles.read(ours, arena.allocate(1))).isZero();
    }
  }

  @Test
  void child_thatEndsInTime_hasItsOutcome() throws FsException {
    LinuxChild child = LinuxChild.start(shell("echo said >&2; exit 3"), PATH, null);

    assertThat(child.await(Duration.ofMinutes(1))).isEqualTo(new LinuxChild.Outcome(3, "said"));
  }

  @Test
  void program_thatIsNotThere_isAnError() {
    List<ByteString> command = List.of(ByteString.utf8("no-such-program-anywhere"));

    assertThatThrownBy(() -> LinuxChild.start(command, PATH, null))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("spawn 'no-such-program-anywhere': No such file or directory");
  }
}
