package dev.jcomposefs.cli.file;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMemory;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears under its name when it is complete and on the disk: nobody ever sees a part
 * of it, and what had the name before stays if something fails.
 *
 * <p>What is not a regular file, such as {@code /dev/null} or a fifo, cannot be replaced; it is
 * written to as it is. Nor can a file that is a mount point, or whose directory may not be written
 * to while the file may: that one is overwritten at the end, see {@link ExistingFile}. Not
 * thread-safe.
 */
public abstract class PendingFile implements AutoCloseable {
  private static final int MOST_LINKS = 40; // as path_resolution(7)

  /** Takes the content. */
  final Fd file;

  /** For messages; empty for what is written to as it is. */
  final ByteString name;

  PendingFile(Fd file, ByteString name) {
    this.file = file;
    this.name = name;
  }

  /** Not a regular file: there is nothing to publish. */
  private static final class AsItIs extends PendingFile {
    AsItIs(Path path) throws FsException {
      super(LinuxFiles.open(path, OpenFlags.WRITE_ONLY | OpenFlags.NO_CTTY), ByteString.EMPTY);
    }

    @Override
    public void publish() {}
  }

  /** In memory, for a file that may be written to, in a directory that may not. */
  private static final class Overwriting extends PendingFile {
    private final ExistingFile existing;

    Overwriting(ExistingFile existing) throws FsException {
      super(LinuxMemory.newFile("jcfs-pending"), existing.name());
      this.existing = existing;
    }

    @Override
    public void publish() throws FsException {
      existing.overwriteWith(file);
    }

    @Override
    public void close() {
      super.close();
      existing.close();
    }
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
    try (Fd found = find(path)) {
      if (found == null) {
        return create(endOfLinks(path), null);
      }
      FileStat stat = LinuxFiles.stat(found);
      return stat.isRegular() ? create(realPath(path), stat) : new AsItIs(path);
    }
  }

  private static @Nullable Fd find(Path path) throws FsException {
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
    ByteString name = LinuxFiles.bytesOf(last);
    if (replaced == null) {
      return Replacement.create(parent, name, null);
    }
    PendingFile pending = insteadOf(ExistingFile.open(path, name), parent);
    try {
      LinuxFiles.chmod(pending.file, replaced.mode() & 07777, path);
      return pending;
    } catch (Throwable t) {
      pending.close();
      throw t;
    }
  }

  private static PendingFile insteadOf(ExistingFile existing, Path parent) throws FsException {
    try {
      try {
        return Replacement.create(parent, existing.name(), existing);
      } catch (FsException e) {
        if (!ExistingFile.mustStay(e)) {
          throw e;
        }
        return new Overwriting(existing);
      }
    } catch (Throwable t) {
      existing.close();
      throw t;
    }
  }

  /** Takes the content; unbuffered, and fails with an {@link FsException}. */
  public final OutputStream content() {
    return new DescriptorOutput(file, name.isEmpty() ? file : name);
  }

  /**
   * Ends writing, and gives the file its name once its content is on the disk.
   *
   * @throws FsException if that fails; nothing is left then
   */
  public abstract void publish() throws FsException;

  /** Takes the file away, unless it has been published. */
  @Override
  public void close() {
    file.close();
  }
}
