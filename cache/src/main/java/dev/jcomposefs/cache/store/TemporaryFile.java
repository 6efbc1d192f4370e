package dev.jcomposefs.cache.store;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxDirectories;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file in the store's directory that is not an object yet: without a name where the file system
 * allows it, so that nothing is left of it whatever happens, else as {@code .tmpXXXXXXXX}. Not
 * thread-safe.
 */
final class TemporaryFile implements AutoCloseable {
  private static final ByteString HERE = ByteString.utf8(".");
  private static final int NAME_TRIES = 100;

  /** The permissions that an object has; the umask takes some away here. */
  static final int MODE = 0644;

  private final Fd directory;
  private @Nullable ByteString name;
  private Fd fd;

  private TemporaryFile(Fd directory, @Nullable ByteString name, Fd fd) {
    this.directory = directory;
    this.name = name;
    this.fd = fd;
  }

  /** Without a name, or with one if that cannot be. */
  static TemporaryFile create(Fd directory) throws FsException {
    try {
      return unnamed(directory);
    } catch (FsException e) {
      return switch (e.errno()) {
        // the kernel or the file system does not know O_TMPFILE; see open(2)
        case EOPNOTSUPP, EISDIR, EINVAL, ENOENT -> named(directory);
        default -> throw e;
      };
    }
  }

  private static TemporaryFile unnamed(Fd directory) throws FsException {
    Fd fd = LinuxFiles.open(directory, HERE, OpenFlags.TEMPORARY | OpenFlags.READ_WRITE, MODE);
    return new TemporaryFile(directory, null, fd);
  }

  static TemporaryFile named(Fd directory) throws FsException {
    int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
    for (int tries = 1; ; tries++) {
      int random = ThreadLocalRandom.current().nextInt();
      ByteString name = ByteString.utf8(".tmp%08x".formatted(random));
      try {
        return new TemporaryFile(directory, name, LinuxFiles.open(directory, name, flags, MODE));
      } catch (FsException e) {
        if (e.errno() != Errno.EEXIST || tries == NAME_TRIES) {
          throw e;
        }
      }
    }
  }

  Fd fd() {
    return fd;
  }

  /**
   * Ends writing: the file is open for reading only from now on, as fs-verity wants it before it
   * protects a file.
   */
  void reopen() throws FsException {
    ByteString self = ByteString.utf8("/proc/self/fd/" + fd.number());
    Fd reopened = LinuxFiles.open(Fd.WORKING_DIRECTORY, self, OpenFlags.READ_ONLY, 0);
    fd.close();
    fd = reopened;
  }

  /**
   * Makes it an object.
   *
   * @param target path below the store's directory, whose parent exists
   * @return false if there is one of this name already
   */
  boolean publish(ByteString target) throws FsException {
    return LinuxDirectories.link(fd, directory, target);
  }

  /** Removes what is left of it; an object that it became stays. */
  @Override
  public void close() {
    fd.close();
    ByteString leftOver = name;
    if (leftOver != null) {
      name = null;
      try {
        LinuxDirectories.unlink(directory, leftOver);
      } catch (FsException e) {
        // Somebody else has cleared it away, or nobody can: there is nothing left to do here.
      }
    }
  }

  @Override
  public String toString() {
    return name == null ? "temporary file" : name.toString();
  }
}
