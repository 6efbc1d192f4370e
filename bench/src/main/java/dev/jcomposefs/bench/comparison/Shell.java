package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs. */
final class Shell {
  /** Longer than anything here takes; a mount that hangs must end the run. */
  private static final long PATIENCE_SECONDS = 600;

  private Shell() {}

  /**
   * Runs a script with its output thrown away.
   *
   * @param arguments {@code $1} and so on
   * @return how long it took
   * @throws IOException if it fails
   */
  static Duration run(String script, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return run(command);
  }

  /** The same for a program. */
  static Duration run(List<String> command) throws IOException {
    Path errors = Files.createTempFile("bench", ".err");
    try {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(errors.toFile())
              .start();
      int status = await(process, command);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (status != 0) {
        throw new IOException(
            "%s: status %d: %s"
                .formatted(String.join(" ", command), status, Files.readString(errors).strip()));
      }
      return took;
    } finally {
      Files.delete(errors);
    }
  }

  /** What a program prints. */
  static String output(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int status = await(process, List.of(command));
    if (status != 0) {
      throw new IOException("%s: status %d".formatted(String.join(" ", command), status));
    }
    return output;
  }

  private static int await(Process process, List<String> command) throws IOException {
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IOException(String.join(" ", command) + ": did not end in time");
  }

  static boolean isInstalled(String program) {
    try {
      run("command -v \"$1\"", program);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
