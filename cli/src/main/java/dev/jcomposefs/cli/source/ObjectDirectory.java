package dev.jcomposefs.cli.source;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;

/** A directory in which objects may be, to be asked which ones are there. */
public final class ObjectDirectory implements AutoCloseable {
  private final Fd directory;

  private ObjectDirectory(Fd directory) {
    this.directory = directory;
  }

  /**
   * @throws FsException if there is no such directory
   */
  public static ObjectDirectory open(Path path) throws FsException {
    return new ObjectDirectory(LinuxFiles.open(path, OpenFlags.PATH | OpenFlags.DIRECTORY));
  }

  /**
   * Whether anything has the name of an object: what it is, or holds, is not looked at, and
   * symbolic links are followed.
   *
   * @param object backing path; slashes in front of it do not count
   */
  public boolean has(ByteString object) {
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
    directory.close();
  }
}
