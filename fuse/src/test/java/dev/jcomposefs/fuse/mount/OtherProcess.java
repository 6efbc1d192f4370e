package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a mount from outside: the tests' own process serves it and must not use it. A program
 * that hangs fails the test.
 */
final class OtherProcess {
  private OtherProcess() {}

  /**
   * What a program left.
   *
   * @param output standard output and errors, one byte per character
   */
  record Result(int status, String output) {}

  static Result run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      CompletableFuture<byte[]> output =
          CompletableFuture.supplyAsync(() -> readAll(process), task -> new Thread(task).start());
      assertThat(process.waitFor(180, TimeUnit.SECONDS))
          .as("%s ends", String.join(" ", command))
          .isTrue();
      return new Result(
          process.exitValue(), new String(output.join(), StandardCharsets.ISO_8859_1));
    } finally {
      process.destroyForcibly();
    }
  }

  private static byte[] readAll(Process process) {
    try {
      return process.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void assumeInstalled(String program) throws IOException, InterruptedException {
    assumeTrue(
        shell("command -v \"$1\"", program).status() == 0, () -> program + " is not installed");
  }

  /** The output of a program that must succeed. */
  static String output(String... command) throws IOException, InterruptedException {
    Result result = run(command);
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  /** Runs a script; {@code $1} and so on are the arguments. */
  static Result shell(String script, Object... arguments) throws IOException, InterruptedException {
    String[] command = new String[4 + arguments.length];
    command[0] = "sh";
    command[1] = "-c";
    command[2] = script;
    command[3] = "sh";
    for (int i = 0; i < arguments.length; i++) {
      command[4 + i] = arguments[i].toString();
    }
    return run(command);
  }
}
