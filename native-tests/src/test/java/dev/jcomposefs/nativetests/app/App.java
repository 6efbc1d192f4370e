package dev.jcomposefs.nativetests.app;

import dev.jcomposefs.nativetests.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The application directory that the build has just made. */
final class App {
  private static final Path DIRECTORY = find();

  private App() {}

  private static Path find() {
    Path directory = Path.of("../cli/target/jcfs").toAbsolutePath().normalize();
    if (!Files.isExecutable(directory.resolve("bin/jcfs"))) {
      throw new AssertionError(directory + ": not there: these tests come after the packaging");
    }
    return directory;
  }

  static Path directory() {
    return DIRECTORY;
  }

  static String launcher() {
    return DIRECTORY.resolve("bin/jcfs").toString();
  }

  /** The command line of {@code jcfs} with these arguments. */
  static String[] command(String... arguments) {
    return Stream.concat(Stream.of(launcher()), Stream.of(arguments)).toArray(String[]::new);
  }

  /** Runs {@code jcfs} to its end. */
  static Command.Result run(String... arguments) throws IOException, InterruptedException {
    return Command.run(command(arguments));
  }

  /** Runs {@code jcfs}, which must succeed, and gives its standard output. */
  static String mustRun(String... arguments) throws IOException, InterruptedException {
    return Command.mustRun(command(arguments));
  }
}
