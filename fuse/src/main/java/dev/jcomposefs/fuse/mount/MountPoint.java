package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.FileType;
import java.io.IOException;
import java.nio.file.Path;

/** A directory that something is to be mounted on, or is. */
final class MountPoint {
  private MountPoint() {}

  /**
   * Checks that the directory is there and alive.
   *
   * @return its path, absolute and without symbolic links
   */
  static Path check(Path directory) throws IOException {
    FileStat stat;
    try (Fd fd = LinuxFiles.open(directory, OpenFlags.PATH)) {
      stat = LinuxFiles.statAtServer(fd);
    } catch (FsException e) {
      // ENOTCONN is what a FUSE mount answers when its server is gone and nobody unmounted it.
      throw e.errno() == Errno.ENOTCONN
          ? error(e.errno(), directory, "its server has died; unmount it first")
          : error(e.errno(), directory, e.errno().text());
    }
    if (stat.type() != FileType.DIRECTORY) {
      throw error(
          Errno.ENOTDIR, directory, "found %s, expected directory".formatted(stat.typeText()));
    }
    return directory.toRealPath();
  }

  /**
   * Checks that something the server reads is not hidden by the mount itself.
   *
   * @param mountPoint as {@link #check} returned it
   * @param what what {@code path} is, for the message
   * @param path of something that exists
   */
  static void checkOutside(Path mountPoint, String what, Path path) throws IOException {
    if (path.toRealPath().startsWith(mountPoint)) {
      throw error(Errno.EINVAL, mountPoint, "%s '%s' is inside it".formatted(what, path));
    }
  }

  /** The same for everything that a server with these options reads. */
  static void checkOutside(Path mountPoint, Path image, MountOptions options) throws IOException {
    checkOutside(mountPoint, "image", image);
    for (Path base : options.content().baseDirectories()) {
      checkOutside(mountPoint, "base directory", base);
    }
  }

  /** Absolute, and without symbolic links but at its end: the mount itself may be dead. */
  static Path withoutLooking(Path directory) throws IOException {
    Path plain = directory.toAbsolutePath().normalize();
    Path parent = plain.getParent();
    Path name = plain.getFileName();
    return parent == null || name == null ? plain : parent.toRealPath().resolve(name);
  }

  private static FsException error(Errno errno, Path directory, String text) {
    return new FsException(errno, "mount point '%s': %s".formatted(directory, text));
  }
}
