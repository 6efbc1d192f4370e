package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxChild;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxSockets;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The setuid helper that mounts for ordinary users. It opens /dev/fuse, mounts, and sends the
 * descriptor back through a socket whose number it finds in its environment. Source: libfuse {@code
 * util/fusermount.c}.
 */
final class Fusermount {
  /** The helper of libfuse 3, then that of libfuse 2: they do the same for us. */
  private static final List<String> PROGRAMS = List.of("fusermount3", "fusermount");

  private static final String SOCKET_VARIABLE = "_FUSE_COMMFD";

  private Fusermount() {}

  /**
   * Mounts.
   *
   * @param options as after {@code -o}
   * @return the mounted descriptor
   * @throws FsException with what the helper said
   */
  static Fd mount(Path directory, String options) throws FsException {
    LinuxSockets.Pair pair = LinuxSockets.pair();
    try (Fd ours = pair.ours()) {
      LinuxChild helper;
      try (Fd theirs = pair.theirs()) {
        helper = start(List.of("-o", options, "--"), directory, theirs);
      }
      Fd device;
      try {
        device = LinuxSockets.receiveDescriptor(ours);
      } catch (FsException e) {
        throw failure(directory, helper.await(), e);
      }
      LinuxChild.Outcome outcome = helper.await();
      if (outcome.status() != 0) {
        device.close();
        throw failure(directory, outcome, null);
      }
      return device;
    }
  }

  /**
   * Unmounts.
   *
   * @param lazily take it out of the tree even while files are open
   * @throws FsException EBUSY if files are open, EPERM for whatever else the helper says
   */
  static void unmount(Path directory, boolean lazily) throws FsException {
    LinuxChild.Outcome outcome =
        start(lazily ? List.of("-u", "-z", "--") : List.of("-u", "--"), directory, null).await();
    if (outcome.status() != 0) {
      boolean busy = outcome.errors().contains(Errno.EBUSY.text());
      throw new FsException(
          busy ? Errno.EBUSY : Errno.EPERM,
          "unmount '%s': %s".formatted(directory, outcome.errors()));
    }
  }

  private static LinuxChild start(List<String> arguments, Path directory, @Nullable Fd socket)
      throws FsException {
    FsException missing = null;
    for (String program : PROGRAMS) {
      List<ByteString> command = new ArrayList<>();
      command.add(ByteString.utf8(program));
      arguments.forEach(argument -> command.add(ByteString.utf8(argument)));
      command.add(LinuxFiles.bytesOf(directory));
      try {
        return LinuxChild.start(command, environment(socket != null), socket);
      } catch (FsException e) {
        if (e.errno() != Errno.ENOENT) {
          throw e;
        }
        missing = e;
      }
    }
    throw new FsException(
        Errno.ENOENT,
        "fusermount3 is not installed; ordinary users cannot mount without it (Debian: fuse3)",
        missing);
  }

  /** Little, and English: whether a directory is busy is read from the helper's words. */
  private static Map<String, String> environment(boolean withSocket) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("LC_ALL", "C");
    if (withSocket) {
      environment.put(SOCKET_VARIABLE, Integer.toString(LinuxChild.INHERITED));
    }
    return environment;
  }

  private static FsException failure(
      Path directory, LinuxChild.Outcome outcome, @Nullable FsException cause) {
    String said =
        outcome.errors().isEmpty()
            ? "fusermount3 ended with status " + outcome.status()
            : outcome.errors();
    return new FsException(Errno.EPERM, "mount '%s': %s".formatted(directory, said), cause);
  }
}
