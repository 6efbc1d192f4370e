package dev.jcomposefs.nativetests.dropin;

import static org.awaitility.Awaitility.await;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Calling the packaged application by its other names. */
final class Programs {
  private static final Duration UNTIL_ENDED = Duration.ofSeconds(60);

  private Programs() {}

  static Path path(String name) {
    return Jcfs.directory().resolve("bin").resolve(name).toAbsolutePath();
  }

  static Command.Result run(String name, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(path(name).toString()));
    command.addAll(List.of(arguments));
    return Command.run(command.toArray(String[]::new));
  }

  static void mustRun(String name, String... arguments) throws IOException, InterruptedException {
    Command.Result result = run(name, arguments);
    if (result.status() != 0) {
      throw new AssertionError(
          "%s %s: exit status %d: %s"
              .formatted(name, String.join(" ", arguments), result.status(), result.errors()));
    }
  }

  /** Waits until no process has this word in its command line: the server has gone. */
  static void awaitNoProcessOf(Path word) {
    await("the end of the server of " + word)
        .atMost(UNTIL_ENDED)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !isInACommandLine(word.toString()));
  }

  static boolean isInACommandLine(String word) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        if (Character.isDigit(process.getFileName().toString().charAt(0))
            && commandLine(process).contains(word)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> commandLine(Path process) {
    try {
      String words = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      return List.of(words.split("\0"));
    } catch (IOException e) {
      return List.of(); // it ended meanwhile
    }
  }
}
