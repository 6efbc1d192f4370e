package dev.jcomposefs.cli.file;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxDirectories;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file in the directory where it is to appear. Until then it has no name where the file system
 * allows that, so that nothing is left of it whatever happens.
 */
final class Replacement extends PendingFile {
  private static final ByteString HERE = ByteString.utf8(".");
  private static final int NAME_TRIES = 100;
  private static final int ANY_MODE = 0666; // less the umask

  private final Fd directory;

  /** What has the name now; null if nothing has. */
  private final @Nullable ExistingFile existing;

  /** What the file is called now, beside its name; null if it is not called anything. */
  private volatile @Nullable ByteString temporaryName;

  /** An interrupt must not leave a file behind either. */
  private final Thread onShutdown = new Thread(this::removeTemporary, "jcfs-clean");

  private Replacement(
      Fd directory,
      ByteString name,
      Fd file,
      @Nullable ByteString temporaryName,
      @Nullable ExistingFile existing) {
    super(file, name);
    this.directory = directory;
    this.temporaryName = temporaryName;
    this.existing = existing;
  }

  /**
   * @param existing what has the name; closed with this, but not if this throws
   */
  static Replacement create(Path parent, ByteString name, @Nullable ExistingFile existing)
      throws FsException {
    Fd directory = LinuxFiles.open(parent, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY);
    try {
      return create(directory, name, existing);
    } catch (Throwable t) {
      directory.close();
      throw t;
    }
  }

  private static Replacement create(Fd directory, ByteString name, @Nullable ExistingFile existing)
      throws FsException {
    try {
      Fd file =
          LinuxFiles.open(directory, HERE, OpenFlags.TEMPORARY | OpenFlags.READ_WRITE, ANY_MODE);
      return new Replacement(directory, name, file, null, existing);
    } catch (FsException e) {
      return switch (e.errno()) {
        // the kernel or the file system does not know O_TMPFILE; see open(2)
        case EOPNOTSUPP, EISDIR, EINVAL, ENOENT -> createNamed(directory, name, existing);
        default -> throw e;
      };
    }
  }

  private static Replacement createNamed(
      Fd directory, ByteString name, @Nullable ExistingFile existing) throws FsException {
    int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
    for (int tries = 1; ; tries++) {
      ByteString temporary = newName();
      try {
        Fd file = LinuxFiles.open(directory, temporary, flags, ANY_MODE);
        Replacement pending = new Replacement(directory, name, file, temporary, existing);
        Runtime.getRuntime().addShutdownHook(pending.onShutdown);
        return pending;
      } catch (FsException e) {
        if (e.errno() != Errno.EEXIST || tries == NAME_TRIES) {
          throw e;
        }
      }
    }
  }

  private static ByteString newName() {
    return ByteString.utf8(".tmp%08x".formatted(ThreadLocalRandom.current().nextInt()));
  }

  @Override
  public void publish() throws FsException {
    LinuxFiles.fsync(file, name);
    try {
      rename();
    } catch (FsException e) {
      if (!ExistingFile.mustStay(e)) {
        throw e;
      }
      if (existing == null) {
        throw new FsException(Errno.EACCES, "rename to '%s': not allowed".formatted(name), e);
      }
      existing.overwriteWith(file);
    }
  }

  private void rename() throws FsException {
    ByteString temporary = temporaryName == null ? linkTemporary() : temporaryName;
    temporaryName = temporary;
    LinuxDirectories.rename(directory, temporary, name);
    temporaryName = null;
    LinuxFiles.fsync(directory, name);
  }

  /** An unnamed file cannot replace another in one step. */
  private ByteString linkTemporary() throws FsException {
    for (int tries = 1; tries <= NAME_TRIES; tries++) {
      ByteString temporary = newName();
      if (LinuxDirectories.link(file, directory, temporary)) {
        return temporary;
      }
    }
    throw new FsException(Errno.EEXIST, "link '%s': no free name".formatted(name));
  }

  @Override
  public void close() {
    super.close();
    removeTemporary();
    if (existing != null) {
      existing.close();
    }
    directory.close();
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException e) {
      // The shutdown has begun and does the same.
    }
  }

  private void removeTemporary() {
    ByteString temporary = temporaryName;
    temporaryName = null;
    if (temporary != null) {
      try {
        LinuxDirectories.unlink(directory, temporary);
      } catch (FsException e) {
        // Somebody else has cleared it away, or nobody can: there is nothing left to do here.
      }
    }
  }
}
