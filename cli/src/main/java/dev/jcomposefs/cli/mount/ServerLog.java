package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cli.control.ControlDirectory;
import dev.jcomposefs.cli.log.LogBound;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Where a server in the background logs to: the file that the user chose, or one beside its socket,
 * which goes with the mount and stays only if the process dies. That one is kept small: at a size
 * of {@link #LIMIT} it becomes the old one, in place of the one before, and a new one is begun.
 */
final class ServerLog implements AutoCloseable {
  private static final int PERMISSIONS = 0600;
  private static final long LIMIT = 1 << 20; // bytes
  private static final String OLD = ".old";
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private final Path path;
  private final Fd file;
  private final boolean temporary;

  private ServerLog(Path path, Fd file, boolean temporary) {
    this.path = path;
    this.file = file;
    this.temporary = temporary;
  }

  /**
   * @param holder whose servers log to one file, one after the other; null for this process alone
   */
  static ServerLog open(@Nullable Path chosen, @Nullable Holder holder) throws IOException {
    Path path =
        chosen == null
            ? ControlDirectory.file(StatusService.owner(holder), ".log")
            : chosen.toAbsolutePath();
    return new ServerLog(path, open(path), chosen == null);
  }

  private static Fd open(Path path) throws FsException {
    return LinuxFiles.open(
        Fd.WORKING_DIRECTORY,
        LinuxFiles.bytesOf(path),
        OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.APPEND | OpenFlags.NO_CTTY,
        PERMISSIONS);
  }

  /** To be called when stdout and stderr lead here. */
  void keepSmall() throws IOException {
    if (temporary) {
      LogBound.set(LIMIT, Files.size(path), this::rotate);
    }
  }

  private void rotate() throws IOException {
    Files.move(path, old(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    try (Fd next = open(path)) {
      LinuxProcess.redirect(STDERR, next);
      LinuxProcess.redirect(STDOUT, next);
    }
  }

  private Path old() {
    return path.resolveSibling(path.getFileName() + OLD);
  }

  Path path() {
    return path;
  }

  Fd file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (temporary) {
      Files.deleteIfExists(path);
      Files.deleteIfExists(old());
    }
  }
}
