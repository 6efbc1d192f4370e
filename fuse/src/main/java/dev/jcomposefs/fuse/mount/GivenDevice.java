package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A descriptor of /dev/fuse that another program has opened and mounted, and started this one with.
 * It stands in place of the mount point, as {@code /dev/fd/N}: as with libfuse, so that what mounts
 * need not be what serves, and the server no rights at all.
 *
 * <p>Where it is mounted is not known here. Whoever mounted it unmounts it.
 */
final class GivenDevice {
  private static final String DIRECTORY = "/dev/fd/";

  /** Apart, so that a mount that is made here does not pay for the classes behind it. */
  private static final class Syntax {
    static final Pattern PATH = Pattern.compile(DIRECTORY + "(0|[1-9][0-9]{0,8})");
  }

  /** Major number 10, minor number 229. */
  private static final int FUSE = 10 << 8 | 229;

  private static final int POLL_IN = 1;
  private static final int POLL_ERROR = 8;

  /** The kernel asks INIT as part of mounting. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private GivenDevice() {}

  /** Whether a mount point stands for a descriptor; that of a mount made here never does. */
  static boolean isNamedBy(Path mountPoint) {
    String path = mountPoint.toString();
    return path.startsWith(DIRECTORY) && Syntax.PATH.matcher(path).matches();
  }

  /**
   * Takes it over, when the kernel has asked for a server.
   *
   * @param path as {@link #isNamedBy} wants it
   * @throws FsException EBADF if there is no such descriptor, EINVAL if it is none of the device or
   *     nothing is mounted with it, ETIMEDOUT if nothing is asked, perhaps because another server
   *     has answered already
   */
  static Fd open(Path path) throws FsException {
    Matcher matcher = Syntax.PATH.matcher(path.toString());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("found '%s', expected /dev/fd/N".formatted(path));
    }
    int number = Integer.parseInt(matcher.group(1));
    // Of any other number, the virtual machine may have a file of its own.
    if (LinuxFiles.stat(Fd.adopt(number)).rdev() != FUSE) {
      throw new FsException(Errno.EINVAL, path + ": expected a descriptor of /dev/fuse");
    }
    Fd device = LinuxProcess.inherited(number);
    try {
      int events = LinuxFiles.poll(device, POLL_IN, PATIENCE.toMillis());
      if ((events & POLL_ERROR) != 0) {
        throw new FsException(
            Errno.EINVAL, path + ": expected a descriptor of /dev/fuse that is mounted");
      }
      if (events == 0) {
        throw new FsException(Errno.ETIMEDOUT, path + ": the kernel does not ask for a server");
      }
      return device;
    } catch (Throwable t) {
      device.close();
      throw t;
    }
  }
}
