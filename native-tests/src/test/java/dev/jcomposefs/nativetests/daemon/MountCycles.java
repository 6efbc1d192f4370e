package dev.jcomposefs.nativetests.daemon;

import dev.jcomposefs.cli.control.DaemonAnswer;
import dev.jcomposefs.cli.control.DaemonClient;
import dev.jcomposefs.cli.control.DaemonRequest;
import dev.jcomposefs.cli.control.Surroundings;
import dev.jcomposefs.nativetests.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A program that asks the daemon for mounts as {@code jcfs mount} does, again and again: one
 * process for all of them, as the start of hundreds would be most of what a test waits for.
 */
final class MountCycles {
  static final List<String> POINTS = List.of("a", "b", "c", "d");

  private final Path directory = Path.of("").toAbsolutePath();
  private final Path tree = directory.resolve("tree");
  private final String surroundings = Surroundings.ofThisProcess().id();

  private MountCycles() throws IOException {}

  /** In the directory with tree, image, objects and the mount points: so many rounds. */
  public static void main(String[] arguments) throws Exception {
    MountCycles cycles = new MountCycles();
    try (ExecutorService callers = Executors.newFixedThreadPool(POINTS.size())) {
      for (int round = Integer.parseInt(arguments[0]); round > 0; round--) {
        cycles.round(callers);
      }
    }
  }

  /** All at the same time; one is unmounted while it is in use. */
  private void round(ExecutorService callers) throws Exception {
    Stream<Callable<DaemonAnswer>> mounts = POINTS.stream().map(point -> () -> mount(point));
    for (Future<DaemonAnswer> answer : callers.invokeAll(mounts.toList())) {
      if (answer.get().outcome() != DaemonAnswer.Outcome.DONE) {
        throw new AssertionError("not mounted: " + answer.get());
      }
    }
    for (String point : POINTS) {
      compare(directory.resolve(point));
    }
    Command.mustRun("umount", "a", "b", "c");
    try (var _ = Files.newInputStream(directory.resolve("d/9"))) {
      Command.mustRun("umount", "-l", "d");
    }
  }

  private DaemonAnswer mount(String point) throws IOException {
    DaemonRequest request =
        new DaemonRequest.Mount(
            surroundings,
            directory.resolve("image").toString(),
            directory.resolve(point).toString(),
            List.of(directory.resolve("objects").toString()),
            null,
            "if-present",
            false,
            false,
            false,
            "auto",
            null,
            null);
    return Objects.requireNonNull(DaemonClient.ask(request), "no daemon");
  }

  private void compare(Path mount) throws IOException {
    try (Stream<Path> files = Files.list(tree)) {
      for (Path file : files.toList()) {
        byte[] found = Files.readAllBytes(mount.resolve(tree.relativize(file)));
        if (!Arrays.equals(found, Files.readAllBytes(file))) {
          throw new AssertionError(mount + ": " + file.getFileName() + " differs");
        }
      }
    }
    try (Stream<Path> files = Files.list(mount)) {
      if (files.count() != 9) {
        throw new AssertionError(mount + ": other files than there were");
      }
    }
  }
}
