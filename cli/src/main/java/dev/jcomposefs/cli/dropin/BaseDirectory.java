package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The directory in which {@code composefs-info} looks for objects, if it was given one. */
final class BaseDirectory implements AutoCloseable {
  private final @Nullable Fd directory;

  private BaseDirectory(@Nullable Fd directory) {
    this.directory = directory;
  }

  /**
   * @param path null for a directory in which nothing is
   */
  static BaseDirectory open(String program, @Nullable String path) throws ProgramFailure {
    if (path == null) {
      return new BaseDirectory(null);
    }
    try {
      return new BaseDirectory(
          LinuxFiles.open(Path.of(path), OpenFlags.PATH | OpenFlags.DIRECTORY));
    } catch (FsException e) {
      throw new ProgramFailure(
          "%s: Can't open basedir `%s`\n: %s\n".formatted(program, path, e.errno().text()), e);
    }
  }

  /** Whether anything has the path below the directory, symbolic links followed. */
  boolean has(ByteString object) {
    if (directory == null) {
      return false;
    }
    int slashes = 0;
    while (slashes < object.length() && object.at(slashes) == '/') {
      slashes++;
    }
    try {
      LinuxFiles.open(directory, object.substring(slashes), OpenFlags.PATH, 0).close();
      return true;
    } catch (FsException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (directory != null) {
      directory.close();
    }
  }
}
