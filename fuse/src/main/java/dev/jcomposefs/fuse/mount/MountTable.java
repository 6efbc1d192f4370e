package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.fuse.kernel.Overlay;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The mounts that this process sees, from {@code /proc/self/mountinfo}: asking there, unlike
 * looking at a directory, never waits for a server. Source: proc(5).
 */
final class MountTable {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  private static final int DEVICE_FIELD = 2;
  private static final int MOUNT_POINT_FIELD = 4;

  /**
   * A mounted file system.
   *
   * @param type such as {@code ext4} or {@code fuse.x}
   * @param source what it is made of, or whatever the mount was told
   * @param device major and minor number, such as {@code 0:51}
   */
  record Entry(String type, String source, String device) {
    /**
     * Whether it is a composefs mount of any kind: one that we serve, or an overlay that we or the
     * C implementation made.
     */
    boolean isComposefs() {
      return KernelMount.TYPES.contains(type)
          || (type.equals(Overlay.TYPE) && source.equals(Overlay.SOURCE));
    }
  }

  private MountTable() {}

  /**
   * What is mounted on a directory: the uppermost, if there are several.
   *
   * @param directory absolute, without symbolic links
   * @return null if nothing is mounted there
   */
  static @Nullable Entry at(Path directory) throws IOException {
    // Latin-1 keeps every byte of a name that is valid in no encoding.
    return at(
        LinuxFiles.bytesOf(directory), Files.readString(MOUNTINFO, StandardCharsets.ISO_8859_1));
  }

  static @Nullable Entry at(ByteString directory, String mountinfo) {
    Entry entry = null;
    for (String line : mountinfo.lines().toList()) {
      // the number of fields before the lone hyphen varies; the type is the one behind it
      int hyphen = line.indexOf(" - ");
      String[] fields = line.split(" ", MOUNT_POINT_FIELD + 2);
      if (hyphen >= 0
          && fields.length > MOUNT_POINT_FIELD
          && unescape(fields[MOUNT_POINT_FIELD]).equals(directory)) {
        String[] file = line.substring(hyphen + 3).split(" ", 3);
        String source = file.length > 1 ? unescape(file[1]).toString() : "";
        entry = new Entry(file[0], source, fields[DEVICE_FIELD]);
      }
    }
    return entry;
  }

  /** Takes back what the kernel writes as a backslash and three octal digits. */
  private static ByteString unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
        i += 3;
      } else {
        bytes.write(c);
      }
    }
    return ByteString.copyOf(bytes.toByteArray());
  }
}
