package dev.jcomposefs.cli.control;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

/** The private directory that holds the sockets of one user's servers, and their logs. */
public final class ControlDirectory {
  private static final Path SYSTEM = Path.of("/run");

  private static final int TYPE_MASK = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int PERMISSIONS_OF_OTHERS = 077;

  /** What the name of every socket ends with; before it, the number of its process. */
  public static final String SOCKET = ".sock";

  /** The same for the sockets of servers that are replaced when they die: their holder's number. */
  public static final String HELD_SOCKET = ".held" + SOCKET;

  /** The name of the daemon's socket; the launcher looks for it, too. */
  static final String DAEMON_SOCKET = "daemon.sock";

  private ControlDirectory() {}

  /** Where it is for the user of this process, whether it exists or not. */
  static Path path() throws IOException {
    int user = user();
    // In a user namespace, root need not be the one that /run belongs to.
    if (user == 0 && Files.isWritable(SYSTEM)) {
      return SYSTEM.resolve("jcfs");
    }
    String session = System.getenv("XDG_RUNTIME_DIR");
    if (session != null && session.startsWith("/")) {
      return Path.of(session, "jcfs");
    }
    return Path.of(
        System.getProperty("java.io.tmpdir", "/tmp"), "jcfs-" + Integer.toUnsignedString(user));
  }

  /**
   * Where a server may keep a file of its own; the directory exists afterwards.
   *
   * @param pid of the process whose end is the mount's end
   * @param suffix what comes behind that number
   */
  public static Path file(long pid, String suffix) throws IOException {
    Path directory = path();
    create(directory);
    return directory.resolve(pid + suffix);
  }

  /** Makes the directory, unless it is there already, and checks it. */
  static void create(Path directory) throws IOException {
    try {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // Checked below like any other: it need not be ours.
    }
    check(directory);
  }

  /**
   * Refuses a directory that somebody else could have put sockets into, or could exchange.
   *
   * @throws IOException if it is missing, no directory, another user's, or open to others
   */
  static void check(Path directory) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(directory, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) Objects.requireNonNull(found.get("mode"));
    int owner = (int) Objects.requireNonNull(found.get("uid"));
    if ((mode & TYPE_MASK) != DIRECTORY) {
      throw new IOException(directory + ": found something else, expected a directory");
    }
    if (owner != user() || (mode & PERMISSIONS_OF_OTHERS) != 0) {
      throw new IOException(
          "%s: found owner %s and mode %03o, expected a directory of user %s with mode 700"
              .formatted(
                  directory,
                  Integer.toUnsignedString(owner),
                  mode & 0777,
                  Integer.toUnsignedString(user())));
    }
  }

  /** The effective user of this process, read without a native call: those cost start-up time. */
  private static int user() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
