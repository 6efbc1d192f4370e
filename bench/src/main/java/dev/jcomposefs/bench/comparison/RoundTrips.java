package dev.jcomposefs.bench.comparison;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.fuse.dev.EmptyServer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls that the kernel never answers from memory, so that each is a request of its own. */
final class RoundTrips {
  /** Calls per round. */
  static final int COUNT = 20_000;

  /** {@code ssize_t getxattr(const char *path, const char *name, void *value, size_t size)}. */
  private static final MethodHandle GETXATTR =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("getxattr"),
              FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));

  private static final int VALUE_SIZE = 255;

  private RoundTrips() {}

  /** The cheapest one: STATFS, for which a server has next to nothing to do. */
  static Duration statfs(Path root) throws IOException {
    FileStore store = Files.getFileStore(root);
    long sum = 0;
    long start = System.nanoTime();
    for (int i = 0; i < COUNT; i++) {
      sum += store.getBlockSize();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (sum <= 0) {
      throw new IOException(root + ": found no block size");
    }
    return took;
  }

  /** The most frequent one: GETXATTR of the label, once per file that {@code ls -l} lists. */
  static Duration getxattr(Path root) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(root.toString());
      MemorySegment name = arena.allocateFrom("security.selinux");
      MemorySegment value = arena.allocate(VALUE_SIZE);
      long start = System.nanoTime();
      for (int i = 0; i < COUNT; i++) {
        long length = (long) GETXATTR.invokeExact(path, name, value, (long) VALUE_SIZE);
        assert length != 0 : root;
      }
      return Duration.ofNanos(System.nanoTime() - start);
    } catch (Throwable t) {
      throw new AssertionError("getxattr(2) itself throws nothing", t);
    }
  }

  /**
   * GETXATTR of a server that does nothing, see {@link EmptyServer}.
   *
   * @param directory an empty one
   * @return microseconds each
   */
  static double empty(Path directory, EmptyServer.Manner manner, int rounds) throws IOException {
    Path root = Files.createDirectories(directory).toAbsolutePath();
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EmptyServer.class.getName(),
                root.toString(),
                manner.name())
            .inheritIO()
            .start();
    try {
      awaitMount(root, server);
      Samples samples = new Samples();
      getxattr(root);
      for (int round = 0; round < rounds; round++) {
        samples.add(getxattr(root));
      }
      return samples.median() * 1000 / COUNT;
    } finally {
      Shell.run("umount \"$1\" || true", root);
      server.destroy();
    }
  }

  private static void awaitMount(Path root, Process server) throws IOException {
    Object above = Files.getAttribute(root.resolve(".."), "unix:dev");
    while (Files.getAttribute(root, "unix:dev").equals(above)) {
      try {
        if (server.waitFor(10, TimeUnit.MILLISECONDS)) {
          throw new IOException("a server that does nothing: status " + server.exitValue());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(root + ": interrupted", e);
      }
    }
  }
}
