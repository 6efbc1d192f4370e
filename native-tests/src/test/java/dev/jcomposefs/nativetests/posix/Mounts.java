package dev.jcomposefs.nativetests.posix;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The mount table, and taking things out of it. */
public final class Mounts {
  private static final int DETACH = 2;

  /**
   * One line of {@code /proc/self/mounts}.
   *
   * @param source whatever the mount was told
   * @param point where it is
   * @param type the file system, with subtype
   * @param options comma-separated
   */
  public record Mount(String source, Path point, String type, List<String> options) {}

  private Mounts() {}

  /** What is mounted at or below a directory, the deepest first. */
  public static List<Mount> below(Path directory) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mounts"), StandardCharsets.ISO_8859_1).stream()
        .map(line -> line.split(" "))
        .map(f -> new Mount(f[0], Path.of(f[1]), f[2], List.of(f[3].split(","))))
        .filter(mount -> mount.point().startsWith(directory))
        .sorted(Comparator.comparingInt((Mount m) -> m.point().getNameCount()).reversed())
        .toList();
  }

  /** Whether something is mounted right at the directory; never touches it. */
  public static boolean isMounted(Path point) throws IOException {
    return below(point).stream().anyMatch(mount -> mount.point().equals(point));
  }

  /** Takes the mount out of the tree at once, also when it is in use or dead. */
  public static void detach(Path point) throws FsException {
    ByteString path = Posix.path(point);
    try (Arena arena = Arena.ofConfined()) {
      Libc.UMOUNT2.call(path, Libc.text(path, arena), DETACH);
    }
  }

  /** Detaches whatever is mounted at or below a directory. */
  public static void detachBelow(Path directory) throws IOException {
    for (Mount mount : below(directory)) {
      detach(mount.point());
    }
  }
}
