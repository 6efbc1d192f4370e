package dev.jcomposefs.cli.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What paths mean to this process: its mount namespace and its root directory; and which of the
 * file systems it sees are jcfs's own. Source: proc(5), namespaces(7).
 */
public final class Surroundings {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
  private static final Path MOUNT_NAMESPACE = Path.of("/proc/self/ns/mnt");
  private static final Path ROOT = Path.of("/");

  private static final String OWN_TYPE = "fuse.jcomposefs";
  private static final String LOWER_DIRECTORIES = "lowerdir=";

  // fields of a line of mountinfo
  private static final int MOUNT_ID = 0;
  private static final int DEVICE = 2;
  private static final int MOUNT_POINT = 4;

  private final String id;
  private final Set<Long> ownDevices;

  private Surroundings(String id, Set<Long> ownDevices) {
    this.id = id;
    this.ownDevices = ownDevices;
  }

  /** Those of this process, now. */
  public static Surroundings ofThisProcess() throws IOException {
    // Latin-1 keeps every byte of a name that is valid in no encoding.
    List<String> mounts = Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1);
    Map<String, Object> root = Files.readAttributes(ROOT, "unix:dev,ino");
    return new Surroundings(
        "%s %s:%s on mount %s"
            .formatted(
                Files.readSymbolicLink(MOUNT_NAMESPACE),
                root.get("dev"),
                root.get("ino"),
                rootMount(mounts)),
        ownDevices(mounts));
  }

  /**
   * Equal for two processes if and only if an absolute path leads both to the same file. The number
   * of the root's mount tells apart those of which one lives in a bind mount of the other's root.
   */
  public String id() {
    return id;
  }

  /** Null if the root directory is not that of a mount. */
  static @Nullable String rootMount(List<String> mountinfo) {
    for (String line : mountinfo) {
      String[] fields = line.split(" ", MOUNT_POINT + 2);
      if (fields.length > MOUNT_POINT && fields[MOUNT_POINT].equals("/")) {
        return fields[MOUNT_ID];
      }
    }
    return null;
  }

  /**
   * Whether a file is served by jcfs itself, directly or as a lower layer of an overlay. False for
   * one that cannot be looked at.
   */
  public boolean isServedByJcfs(Path path) {
    if (ownDevices.isEmpty()) {
      return false;
    }
    try {
      return ownDevices.contains((Long) Files.getAttribute(path, "unix:dev"));
    } catch (IOException e) {
      return false;
    }
  }

  static Set<Long> ownDevices(List<String> mountinfo) {
    Set<Long> devices = new HashSet<>();
    List<String> mountPoints = new ArrayList<>();
    for (String line : mountinfo) {
      if (line.contains(" - " + OWN_TYPE + " ")) {
        String[] fields = line.split(" ", MOUNT_POINT + 2);
        devices.add(device(fields[DEVICE]));
        mountPoints.add(fields[MOUNT_POINT]);
      }
    }
    if (!devices.isEmpty()) {
      for (String line : mountinfo) {
        if (line.contains(" - overlay ") && liesOn(mountPoints, line)) {
          devices.add(device(line.split(" ", MOUNT_POINT)[DEVICE]));
        }
      }
    }
    return devices;
  }

  private static boolean liesOn(List<String> mountPoints, String overlay) {
    int at = overlay.indexOf(LOWER_DIRECTORIES);
    if (at < 0) {
      return false;
    }
    String lower = overlay.substring(at + LOWER_DIRECTORIES.length());
    return mountPoints.stream().anyMatch(lower::contains);
  }

  /** {@code makedev} of the C library, which is how the JDK gives a device's number. */
  private static long device(String majorAndMinor) {
    String[] parts = majorAndMinor.split(":", 2);
    long major = Long.parseLong(parts[0]);
    long minor = Long.parseLong(parts[1]);
    return (major & 0xfff) << 8 | (major & ~0xfffL) << 32 | (minor & 0xff) | (minor & ~0xffL) << 12;
  }
}
