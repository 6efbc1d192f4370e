package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM;
import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log of a server in the background. */
class ServerLogTest extends SmallTreeTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int LIMIT = 1 << 20; // bytes

  private Path point;

  @BeforeEach
  void mount() throws Exception {
    point = scratch().directory("point");
    Command.Result mounted = tree().packed().mount(point, "--supervise");
    assertThat(mounted.status()).describedAs(mounted.errors()).isZero();
  }

  private JsonNode status() throws Exception {
    return JsonMapper.shared().readTree(Jcfs.mustRun("status", "--json", point.toString())).path(0);
  }

  @Test
  void log_aFileThatCannotBeRead_isToldWithTheMount() throws Exception {
    Path log = Path.of(status().path("log").asString());
    Command.mustRun("rm", "-r", tree().packed().objects().toString());

    assertThatThrownBy(() -> Posix.read(in(point, VICTIM)));

    assertThat(log).content().contains(": WARN: %s: /%s: object ".formatted(point, VICTIM));
    Jcfs.mustRun("umount", point.toString());
  }

  @Test
  void log_grownLarge_isBegunAnewAndGoesWithTheMount() throws Exception {
    JsonNode status = status();
    Path log = Path.of(status.path("log").asString());
    Path old = Path.of(log + ".old");
    long server = status.path("pid").asLong();
    Files.write(log, new byte[LIMIT], StandardOpenOption.APPEND);

    Command.mustRun("kill", "-KILL", Long.toString(server));
    await("another server")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> status().path("pid").asLong() != server);

    await("another log").atMost(SOON).until(() -> Files.exists(old));
    assertThat(Files.size(old)).isGreaterThanOrEqualTo(LIMIT);
    assertThat(Files.size(log)).isLessThan(LIMIT);
    Jcfs.mustRun("umount", point.toString());
    await("the end of the server")
        .atMost(SOON)
        .until(() -> !Files.exists(log) && !Files.exists(old));
  }
}
