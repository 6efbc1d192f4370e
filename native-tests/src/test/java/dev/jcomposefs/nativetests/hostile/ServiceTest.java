package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM;
import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.posix.Mounts;
import dev.jcomposefs.nativetests.posix.OpenFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mount as a service, held by the manager's file descriptor store. */
class ServiceTest extends SmallTreeTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Path point;

  @BeforeEach
  void makePoint() throws Exception {
    Requirement.program("python3");
    point = scratch().directory("point");
  }

  @Test
  void kill_service_isStartedAgainAndNobodyNotices() throws Exception {
    Process manager = start("--fd-store");
    try (BufferedReader said = manager.inputReader()) {
      long first = ready(said);
      try (OpenFile open = OpenFile.open(in(point, VICTIM), OpenFile.READ_ONLY)) {
        assertThat(open.read(0, 10)).hasSize(10);

        kill("KILL", first);

        assertThat(open.read(0, SmallTree.VICTIM_SIZE)).isEqualTo(tree().content(VICTIM));
        long second = ready(said);
        tree().assertServed(point);
        assertThat(Jcfs.mustRun("status", point.toString()))
            .contains("process " + second, "held by   process " + manager.pid());
        kill("KILL", second);
        long third = ready(said);
        tree().assertServed(point);
        kill("TERM", third);
      }
      assertThat(said.readLine()).isEqualTo("left");
      assertThat(manager.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(Mounts.isMounted(point)).isFalse();
    } finally {
      end(manager);
    }
  }

  /** What was stored is then of no use, and there is nothing to go on with. */
  @Test
  void kill_serviceWhoseMountIsGone_mountsAnew() throws Exception {
    Process manager = start("--fd-store");
    try (BufferedReader said = manager.inputReader()) {
      long first = ready(said);
      kill("STOP", first);
      Mounts.detach(point);
      kill("KILL", first);
      long second = ready(said);

      tree().assertServed(point);

      kill("TERM", second);
      assertThat(said.readLine()).isEqualTo("left");
    } finally {
      end(manager);
    }
  }

  @Test
  void mount_serviceWithoutStore_saysWhenItIsReady() throws Exception {
    Process manager = start();
    try (BufferedReader said = manager.inputReader()) {
      long server = ready(said);
      tree().assertServed(point);
      kill("TERM", server);
      assertThat(said.readLine()).isEqualTo("left");
    } finally {
      end(manager);
    }
  }

  @Test
  void mount_storeWithoutManager_isRefusedInOneLine() throws Exception {
    Command.Result result =
        Jcfs.run("mount", "-f", "--fd-store", tree().packed().image().toString(), point.toString());

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines()).singleElement().asString().contains("NOTIFY_SOCKET");
  }

  private Process start(String... options) throws IOException {
    Path script =
        Path.of(Objects.requireNonNull(getClass().getResource("/service_manager.py")).getPath());
    List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.addAll(List.of("python3", script.toString(), scratch().path("notify").toString()));
    command.addAll(Jcfs.command("mount", "-f", "-o", "basedir=" + tree().packed().objects()));
    command.addAll(List.of(options));
    command.add(tree().packed().image().toString());
    command.add(point.toString());
    return new ProcessBuilder(command)
        .redirectError(scratch().path("log").toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .start();
  }

  private static long ready(BufferedReader said) throws IOException {
    String line = said.readLine();
    assertThat(line).startsWith("ready ");
    return Long.parseLong(line.substring("ready ".length()));
  }

  private static void kill(String signal, long pid) throws Exception {
    Command.mustRun("kill", "-" + signal, Long.toString(pid));
  }

  private static void end(Process manager) {
    manager.descendants().forEach(ProcessHandle::destroyForcibly);
    manager.destroyForcibly();
  }
}
