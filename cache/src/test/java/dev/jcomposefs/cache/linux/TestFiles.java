package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Files that the JDK cannot make. */
public final class TestFiles {
  private TestFiles() {}

  public static boolean isRoot() {
    return LinuxProcess.effectiveUserId() == 0;
  }

  /** Makes a fifo. */
  public static Path fifo(Path path) throws IOException {
    assertThat(run("mkfifo", path.toString())).isZero();
    return path;
  }

  /** Makes a character device; skips the test where that is not allowed. */
  public static Path device(Path path, int major, int minor) throws IOException {
    assumeTrue(isRoot(), "making a device node needs root");
    int status = run("mknod", path.toString(), "c", "" + major, "" + minor);
    assumeTrue(status == 0, "this system does not let root make device nodes");
    return path;
  }

  /** Runs a program that must end soon; its output is thrown away. */
  public static int run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
