package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server in a virtual machine of its own, to be killed. */
final class ServerProcess implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;

  ServerProcess(ImageDirectory images) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                images.image.toString(),
                images.mountPoint.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo(READY);
    }
  }

  /** Serves until it is killed: image and mount point are the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try (Mount mount =
        Mount.open(Path.of(args[0]), Path.of(args[1]), MountOptions.DEFAULT.withoutObjects(true))) {
      System.out.println(READY);
      mount.awaitEnd();
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
