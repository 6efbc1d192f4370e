package dev.jcomposefs.cache.store;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Objects to read, in a chain of base directories.
 *
 * <p>The directories are opened once; one that is renamed or replaced afterwards stays the one it
 * was. Thread-safe.
 */
public final class ObjectStore implements AutoCloseable {
  private record Base(Path path, Fd fd) {}

  private final List<Base> bases;
  private final BeneathOpener opener;

  private ObjectStore(List<Base> bases, BeneathOpener opener) {
    this.bases = bases;
    this.opener = opener;
  }

  /**
   * Opens the base directories.
   *
   * @param baseDirectories to be searched in this order; may be none
   * @throws FsException ENOENT, ENOTDIR, EACCES if one cannot be opened
   */
  public static ObjectStore open(List<Path> baseDirectories) throws FsException {
    return open(baseDirectories, BeneathOpener.supported());
  }

  static ObjectStore open(List<Path> baseDirectories, BeneathOpener opener) throws FsException {
    List<Base> bases = new ArrayList<>();
    try {
      for (Path path : baseDirectories) {
        bases.add(new Base(path, LinuxFiles.open(path, OpenFlags.PATH | OpenFlags.DIRECTORY)));
      }
    } catch (FsException e) {
      bases.forEach(base -> base.fd().close());
      throw e;
    }
    return new ObjectStore(List.copyOf(bases), opener);
  }

  /** As they were given. */
  public List<Path> baseDirectories() {
    return bases.stream().map(Base::path).toList();
  }

  /**
   * Opens an object.
   *
   * @param path the backing path: names joined by slashes, relative, without {@code .} and {@code
   *     ..}; anything else is refused
   * @throws ObjectException EIO if no base directory has the path, or the first that has it does
   *     not lead to a regular file, or it cannot be opened; EMFILE, ENFILE or ENOMEM if the process
   *     or the system is out of these
   */
  public ObjectFile open(ByteString path) throws ObjectException {
    List<ByteString> names = BackingPath.names(path);
    for (Base base : bases) {
      ObjectFile found = open(base, path, names);
      if (found != null) {
        return found;
      }
    }
    throw new ObjectException(
        path,
        bases.stream()
            .map(base -> base.path().toString())
            .collect(Collectors.joining(", ", "not in any base directory (", ")")));
  }

  private @Nullable ObjectFile open(Base base, ByteString path, List<ByteString> names)
      throws ObjectException {
    Fd fd;
    try {
      // O_NONBLOCK: a fifo in the place of an object must not stop the server
      fd = opener.open(base.fd(), path, names, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK);
    } catch (FsException e) {
      return switch (e.errno()) {
        case ENOENT -> null;
        case EMFILE, ENFILE, ENOMEM ->
            throw new ObjectException(e.errno(), path, e.errno().text(), e);
        default ->
            throw new ObjectException(
                Errno.EIO, path, base.path() + ": " + describe(base, path, names, e), e);
      };
    }
    FileStat stat;
    try {
      stat = LinuxFiles.stat(fd);
    } catch (FsException e) {
      fd.close();
      throw new ObjectException(Errno.EIO, path, base.path() + ": stat: " + e.errno().text(), e);
    }
    if (!stat.isRegular()) {
      fd.close();
      throw new ObjectException(path, base.path() + ": " + notRegular(stat));
    }
    return new ObjectFile(path, base.path(), new ObjectPlace(base.fd(), path), fd, stat);
  }

  /** Why opening failed, in terms of what stands there if that is the reason. */
  private String describe(Base base, ByteString path, List<ByteString> names, FsException failure) {
    try (Fd fd = opener.open(base.fd(), path, names, OpenFlags.PATH)) {
      FileStat stat = LinuxFiles.stat(fd);
      return stat.isRegular() ? failure.errno().text() : notRegular(stat);
    } catch (FsException e) {
      return failure.errno().text();
    }
  }

  private static String notRegular(FileStat stat) {
    return "found %s, expected regular file".formatted(stat.typeText());
  }

  @Override
  public void close() {
    bases.forEach(base -> base.fd().close());
  }
}
