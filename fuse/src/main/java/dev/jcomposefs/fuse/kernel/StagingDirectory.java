package dev.jcomposefs.fuse.kernel;

import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory for a mount that overlayfs is to find by its path. Closing takes the mount out of the
 * tree, while overlayfs keeps it, and removes the directory.
 */
public final class StagingDirectory implements AutoCloseable {
  /** Shows in the options of an overlay mount, where it should say what made it. */
  private static final String PREFIX = ".composefs.";

  private final Path path;

  private StagingDirectory(Path path) {
    this.path = path;
  }

  /** Makes one that only this user can enter. */
  public static StagingDirectory create() throws IOException {
    return new StagingDirectory(Files.createTempDirectory(Path.of("/tmp"), PREFIX));
  }

  /** Absolute, without symbolic links below {@code /tmp}. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      while (true) {
        LinuxMounts.unmount(LinuxFiles.bytesOf(path), LinuxMounts.DETACH | LinuxMounts.NO_FOLLOW);
      }
    } catch (FsException e) {
      // nothing is mounted there any more, if that failed
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
    Files.delete(path);
  }
}
