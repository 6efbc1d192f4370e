package dev.jcomposefs.cli.file;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxDirectories;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMemory;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears under its name when it is complete and on the disk: nobody ever sees a part
 * of it, and what had the name before stays if something fails.
 *
 * <p>Until then it has no name where the file system allows that, so that nothing is left of it
 * whatever happens. What is not a regular file, such as {@code /dev/null} or a fifo, cannot be
 * replaced; it is written to as it is. Nor can a file that is a mount point, or whose directory may
 * not be written to while the file may: that one is overwritten at the end, and a reader can see a
 * part of it then. The space that this takes is taken before anything is overwritten, so that a
 * full disk leaves what was there. What is lost all the same, in part, is the content of a file
 * that is being overwritten when the process is killed, the machine stops or the disk fails, or on
 * a file system that writes everything to a new place and finds none. Not thread-safe.
 */
public final class PendingFile implements AutoCloseable {
  private static final ByteString HERE = ByteString.utf8(".");
  private static final int NAME_TRIES = 100;
  private static final int ANY_MODE = 0666; // less the umask
  private static final int MOST_LINKS = 40; // as path_resolution(7)
  private static final int COPY_SIZE = 256 << 10; // bytes

  private final Fd directory;
  private final ByteString name;
  private final Fd file;

  /** What the file is called now, beside its name; null if it is not called anything. */
  private volatile @Nullable ByteString temporaryName;

  /** An interrupt must not leave a file behind either. */
  private final Thread onShutdown = new Thread(this::removeTemporary, "jcfs-clean");

  /** False for what is written to as it is. */
  private final boolean replaces;

  /** What has the name now, open for writing; null if nothing has. */
  private final @Nullable Fd existing;

  private PendingFile(
      Fd directory,
      ByteString name,
      Fd file,
      @Nullable ByteString temporaryName,
      boolean replaces,
      @Nullable Fd existing) {
    this.directory = directory;
    this.name = name;
    this.file = file;
    this.temporaryName = temporaryName;
    this.replaces = replaces;
    this.existing = existing;
  }

  /**
   * The same for a path as it was typed, in which a slash at the end says that a directory is
   * meant.
   */
  public static PendingFile at(String typed) throws FsException {
    Errno errno = null;
    if (typed.isEmpty()) {
      errno = Errno.ENOENT;
    } else if (typed.endsWith("/")) {
      errno = Files.isRegularFile(Path.of(typed)) ? Errno.ENOTDIR : Errno.EISDIR;
    }
    if (errno != null) {
      throw new FsException(errno, "open '%s': %s".formatted(typed, errno.text()));
    }
    return at(Path.of(typed));
  }

  /**
   * Begins to write.
   *
   * @param path of a file that may exist; a symbolic link stays a link, also one to nothing
   * @throws FsException as opening the path for writing would fail: EISDIR for a directory, ENOENT
   *     or EACCES for one that cannot be made
   */
  public static PendingFile at(Path path) throws FsException {
    try (Fd existing = openExisting(path)) {
      if (existing == null) {
        return create(endOfLinks(path), null);
      }
      FileStat stat = LinuxFiles.stat(existing);
      return stat.isRegular() ? create(realPath(path), stat) : asItIs(path);
    }
  }

  private static @Nullable Fd openExisting(Path path) throws FsException {
    try {
      return LinuxFiles.open(path, OpenFlags.PATH);
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /** What a symbolic link to nothing leads to. */
  private static Path endOfLinks(Path path) throws FsException {
    Path end = path;
    try {
      for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(end); i++) {
        end = end.resolveSibling(Files.readSymbolicLink(end));
      }
    } catch (IOException e) {
      throw new FsException(Errno.ENOENT, "open '%s': cannot be resolved".formatted(path), e);
    }
    return end;
  }

  private static Path realPath(Path path) throws FsException {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new FsException(Errno.ENOENT, "open '%s': cannot be resolved".formatted(path), e);
    }
  }

  private static PendingFile asItIs(Path path) throws FsException {
    Fd file = LinuxFiles.open(path, OpenFlags.WRITE_ONLY | OpenFlags.NO_CTTY);
    return new PendingFile(Fd.WORKING_DIRECTORY, ByteString.EMPTY, file, null, false, null);
  }

  /**
   * @param replaced what stands there, whose permissions the new file gets; null for nothing
   */
  private static PendingFile create(Path path, @Nullable FileStat replaced) throws FsException {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    Path last = absolute.getFileName();
    if (parent == null || last == null) {
      throw new FsException(Errno.EISDIR, "open '%s': %s".formatted(path, Errno.EISDIR.text()));
    }
    Fd existing =
        replaced == null
            ? null
            : LinuxFiles.open(path, OpenFlags.WRITE_ONLY | OpenFlags.NON_BLOCK); // may it be?
    try {
      PendingFile pending = create(parent, LinuxFiles.bytesOf(last), existing);
      if (replaced != null) {
        LinuxFiles.chmod(pending.file, replaced.mode() & 07777, path);
      }
      return pending;
    } catch (Throwable t) {
      if (existing != null) {
        existing.close();
      }
      throw t;
    }
  }

  private static PendingFile create(Path parent, ByteString name, @Nullable Fd existing)
      throws FsException {
    Fd directory;
    try {
      directory = LinuxFiles.open(parent, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY);
    } catch (FsException e) {
      return inMemory(name, existing, e);
    }
    try {
      return create(directory, name, existing);
    } catch (FsException e) {
      directory.close();
      return inMemory(name, existing, e);
    } catch (Throwable t) {
      directory.close();
      throw t;
    }
  }

  /** For a file that may be written to, in a directory that may not. */
  private static PendingFile inMemory(ByteString name, @Nullable Fd existing, FsException reason)
      throws FsException {
    if (existing == null || !forbidsToReplace(reason)) {
      throw reason;
    }
    Fd memory = LinuxMemory.newFile("jcfs-pending");
    return new PendingFile(Fd.WORKING_DIRECTORY, name, memory, null, true, existing);
  }

  private static boolean forbidsToReplace(FsException failure) {
    return switch (failure.errno()) {
      // the last one: a mount point
      case EACCES, EPERM, EROFS, EBUSY -> true;
      default -> false;
    };
  }

  private static PendingFile create(Fd directory, ByteString name, @Nullable Fd existing)
      throws FsException {
    try {
      Fd file =
          LinuxFiles.open(directory, HERE, OpenFlags.TEMPORARY | OpenFlags.READ_WRITE, ANY_MODE);
      return new PendingFile(directory, name, file, null, true, existing);
    } catch (FsException e) {
      return switch (e.errno()) {
        // the kernel or the file system does not know O_TMPFILE; see open(2)
        case EOPNOTSUPP, EISDIR, EINVAL, ENOENT -> createNamed(directory, name, existing);
        default -> throw e;
      };
    }
  }

  private static PendingFile createNamed(Fd directory, ByteString name, @Nullable Fd existing)
      throws FsException {
    int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;
    for (int tries = 1; ; tries++) {
      ByteString temporary = newName();
      try {
        Fd file = LinuxFiles.open(directory, temporary, flags, ANY_MODE);
        PendingFile pending = new PendingFile(directory, name, file, temporary, true, existing);
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

  /** Takes the content; unbuffered, and fails with an {@link FsException}. */
  public OutputStream content() {
    return new DescriptorOutput(file, name.isEmpty() ? file : name);
  }

  /**
   * Ends writing, and gives the file its name once its content is on the disk.
   *
   * @throws FsException if that fails; nothing is left then
   */
  public void publish() throws FsException {
    if (!replaces) {
      return;
    }
    if (directory == Fd.WORKING_DIRECTORY) {
      overwriteExisting();
      return;
    }
    LinuxFiles.fsync(file, name);
    try {
      replaceExisting();
    } catch (FsException e) {
      if (!forbidsToReplace(e)) {
        throw e;
      }
      overwriteExisting();
    }
  }

  private void replaceExisting() throws FsException {
    ByteString temporary = temporaryName == null ? linkTemporary() : temporaryName;
    temporaryName = temporary;
    LinuxDirectories.rename(directory, temporary, name);
    temporaryName = null;
    LinuxFiles.fsync(directory, name);
  }

  private void overwriteExisting() throws FsException {
    if (existing == null) {
      throw new FsException(Errno.EACCES, "rename to '%s': not allowed".formatted(name));
    }
    long size = LinuxFiles.stat(file).size();
    long before = LinuxFiles.stat(existing).size();
    long shared = Math.min(size, before);
    try {
      LinuxFiles.reserve(existing, size, name);
      // Also where nothing can be reserved, most of the space is this.
      copy(existing, shared, size);
      LinuxFiles.fsync(existing, name);
    } catch (FsException e) {
      LinuxFiles.truncate(existing, before, name);
      throw e;
    }
    copy(existing, 0, shared);
    LinuxFiles.truncate(existing, size, name);
    LinuxFiles.fsync(existing, name);
  }

  /** Copies the new content from one position to another. */
  private void copy(Fd to, long from, long end) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(COPY_SIZE);
      long n;
      for (long position = from; position < end; position += n) {
        MemorySegment part = buffer.asSlice(0, Math.min(COPY_SIZE, end - position));
        n = LinuxFiles.readFully(file, part, position, name);
        if (n < part.byteSize()) {
          throw new FsException(Errno.EIO, "read '%s': cut while it was copied".formatted(name));
        }
        LinuxFiles.writeFully(to, part, position, name);
      }
    }
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

  /** Takes the file away, unless it has been published. */
  @Override
  public void close() {
    file.close();
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
