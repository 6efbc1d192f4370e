package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM;
import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Mounts;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How mounts begin and end: in the background, by signals, by force. */
@ParameterizedClass
@EnumSource
class ServerEndTest extends SmallTreeTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Driver driver;

  ServerEndTest(Driver driver) {
    this.driver = driver;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void signal_idleMount_unmounts(String signal) throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      tree().assertServed(mount.point());

      Command.mustRun("kill", "-" + signal, Long.toString(mount.pid()));

      assertThat(mount.ended()).isZero();
      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  @Test
  void terminate_openFile_unmountsAllTheSame() throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch());
        OpenFile open = OpenFile.open(in(mount.point(), VICTIM), OpenFile.READ_ONLY)) {
      assertThat(open.read(0, 10)).hasSize(10);

      assertThat(mount.terminate()).isZero();

      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  @Test
  void umount_foregroundMount_endsTheServer() throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      Jcfs.mustRun("umount", mount.point().toString());

      assertThat(mount.ended()).isZero();
      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  /** By the system's own program, which knows nothing of us. */
  @Test
  void umountByTheSystem_foregroundMount_endsTheServer() throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      Command.mustRun("umount", mount.point().toString());

      assertThat(mount.ended()).isZero();
    }
  }

  @Test
  void kill_server_leavesADeadMountThatUmountClears() throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      tree().assertServed(mount.point());

      mount.kill();

      assertThat(Mounts.isMounted(mount.point())).isTrue();
      assertThatThrownBy(() -> Posix.stat(in(mount.point(), "new-name")))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTCONN));
      Jcfs.mustRun("umount", mount.point().toString());
      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  @Test
  void mount_overADeadMount_isRefusedUntilThatIsUnmounted() throws Exception {
    try (Served dead = Served.mount(driver, tree().packed(), scratch())) {
      dead.kill();

      Command.Result refused = mountInTheBackground(dead.point());
      Jcfs.mustRun("umount", dead.point().toString());
      Command.Result again = mountInTheBackground(dead.point());

      try {
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errorLines())
            .singleElement()
            .asString()
            .contains(dead.point().toString(), "has died", "unmount it first");
        assertThat(again.status()).describedAs(again.errors()).isZero();
        tree().assertServed(dead.point());
      } finally {
        Jcfs.run("umount", dead.point().toString());
      }
      assertThat(Mounts.isMounted(dead.point())).isFalse();
    }
  }

  @Test
  void kill_server_leavesNoTraceInTheStatus() throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      mount.kill();

      Command.Result status = Jcfs.run("status", mount.point().toString());

      assertThat(status.status()).isEqualTo(1);
      assertThat(status.errorLines())
          .hasSize(1)
          .first()
          .asString()
          .contains(mount.point().toString());
    }
  }

  @Test
  void mount_inTheBackground_returnsWhenTheMountAnswers() throws Exception {
    Path point = scratch().directory("background");
    Command.Result result = mountInTheBackground(point);
    long pid;
    try {
      assertThat(result.status()).describedAs(result.errors()).isZero();
      assertThat(result.errors()).isEmpty();
      tree().assertServed(point);
      String status = Jcfs.mustRun("status", "--json", point.toString());
      pid = Long.parseLong(status.replaceAll("(?s).*\"pid\"\\s*:\\s*(\\d+).*", "$1"));
      assertThat(ProcessHandle.of(pid)).isPresent();
    } finally {
      Jcfs.run("umount", point.toString());
    }
    assertThat(Mounts.isMounted(point)).isFalse();
    await("the end of the server")
        .atMost(SOON)
        .until(() -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
  }

  /** A shell or a service manager waits for the end of every stream that the server holds. */
  @Test
  void mount_inTheBackground_holdsNeitherStreamsNorDirectory() throws Exception {
    Path point = scratch().directory("background");
    Path working = scratch().directory("working");
    try {
      mountFrom(working, point);
      tree().assertServed(point);
      Command.mustRun("rmdir", working.toString());
    } finally {
      Jcfs.run("umount", point.toString());
    }
  }

  @Test
  void mount_twoImagesAtOnce_areIndependent() throws Exception {
    try (Served one = Served.mount(driver, tree().packed(), scratch());
        Served two = Served.mount(driver, tree().packed(), scratch())) {
      one.kill();

      tree().assertServed(two.point());
      assertThat(two.status().path("pid").asLong()).isEqualTo(two.pid());
    }
  }

  private Command.Result mountInTheBackground(Path point) throws Exception {
    return tree().packed().mount(point, "--driver", driver.option());
  }
}
