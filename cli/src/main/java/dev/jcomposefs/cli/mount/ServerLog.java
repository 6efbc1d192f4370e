package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cli.control.ControlDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server in the background logs to: the file that the user chose, or one beside its socket,
 * which goes with the mount and stays only if the process dies.
 */
final class ServerLog implements AutoCloseable {
  private static final int PERMISSIONS = 0600;

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
    Fd file =
        LinuxFiles.open(
            Fd.WORKING_DIRECTORY,
            LinuxFiles.bytesOf(path),
            OpenFlags.WRITE_ONLY | OpenFlags.CREATE | OpenFlags.APPEND | OpenFlags.NO_CTTY,
            PERMISSIONS);
    return new ServerLog(path, file, chosen == null);
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
    }
  }
}
