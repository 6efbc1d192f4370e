package dev.jcomposefs.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While another process has the lock. */
@Timeout(180)
class DaemonLockTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(20);

  @TempDir Path directory;

  private Process holder;

  /** Holds the lock of the directory that is named until its input ends. */
  public static void main(String[] arguments) throws Exception {
    try (DaemonLock _ = DaemonLock.acquire(Path.of(arguments[0]), LONG)) {
      System.out.println("locked");
      while (System.in.read() >= 0) {}
    }
  }

  @BeforeEach
  void hold() throws IOException {
    holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DaemonLockTest.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said = holder.inputReader();
    assertThat(said.readLine()).isEqualTo("locked");
  }

  @AfterEach
  void end() throws InterruptedException {
    holder.destroyForcibly().waitFor();
  }

  @Test
  void acquire_heldAllTheTime_saysByWhom() {
    assertThatThrownBy(() -> DaemonLock.acquire(directory, SHORT))
        .isInstanceOf(IOException.class)
        .hasMessage("a daemon of this user is running already, process " + holder.pid());
  }

  @Test
  void acquire_letGoMeanwhile_hasIt() throws Exception {
    CompletableFuture<DaemonLock> acquired = CompletableFuture.supplyAsync(this::acquire);
    assertThatThrownBy(() -> acquired.get(SHORT.toMillis(), TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);

    holder.getOutputStream().close();

    acquired.get(LONG.toSeconds(), TimeUnit.SECONDS).close();
    assertThat(directory.resolve("daemon.lock"))
        .hasContent(Long.toString(ProcessHandle.current().pid()));
  }

  private DaemonLock acquire() {
    try {
      return DaemonLock.acquire(directory, LONG);
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void clearLeftOver_held_leavesTheSocket() throws Exception {
    Path socket = Files.createFile(directory.resolve(ControlDirectory.DAEMON_SOCKET));
    DaemonLock.clearLeftOver(directory);
    assertThat(socket).exists();

    holder.destroyForcibly().waitFor();
    DaemonLock.clearLeftOver(directory);
    assertThat(socket).doesNotExist();
  }
}
