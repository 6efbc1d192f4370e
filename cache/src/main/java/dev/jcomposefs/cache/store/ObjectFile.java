package dev.jcomposefs.cache.store;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * An open object: a regular file below a base directory, of unproven content. Thread-safe; a close
 * lets the reads that are under way end first.
 */
public final class ObjectFile implements AutoCloseable {
  private final ByteString path;
  private final Path base;
  private final ObjectPlace place;
  private final Fd fd;
  private final FileStat stat;

  ObjectFile(ByteString path, Path base, ObjectPlace place, Fd fd, FileStat stat) {
    this.path = path;
    this.base = base;
    this.place = place;
    this.fd = fd;
    this.stat = stat;
  }

  /** The backing path. */
  public ByteString path() {
    return path;
  }

  /** The base directory that it was found in. */
  public Path base() {
    return base;
  }

  /** Where it was found. */
  public ObjectPlace place() {
    return place;
  }

  /** For calls that want a descriptor; belongs to this object. */
  public Fd fd() {
    return fd;
  }

  /** Bytes, when it was opened. */
  public long size() {
    return stat.size();
  }

  /** What it was when it was opened. */
  public FileStat stat() {
    return stat;
  }

  /** Whether it is now what it was then; allocates nothing. */
  public boolean isStill(FileIdentity then) throws ObjectException {
    try {
      return LinuxFiles.hasIdentity(fd, then);
    } catch (FsException e) {
      throw new ObjectException(e.errno(), path, base + ": stat: " + e.errno().text(), e);
    }
  }

  /** Whether it can still be found where it was, as it was when it was opened. */
  public boolean isInItsPlace() {
    return place.holds(stat.identity());
  }

  /**
   * Reads some bytes.
   *
   * @param position bytes from the start of the file
   * @param into native memory
   * @return how many, 0 at the end
   */
  public int read(long position, MemorySegment into) throws ObjectException {
    return (int) checked(LinuxFiles.pread(fd, into, position));
  }

  /**
   * Reads some bytes, as {@link dev.jcomposefs.format.verity.BlockSource} has it.
   *
   * @return how many, 0 at the end
   */
  public int read(long position, byte[] into, int offset, int length) throws ObjectException {
    return (int) checked(LinuxFiles.pread(fd, into, offset, length, position));
  }

  private long checked(long result) throws ObjectException {
    if (result < 0) {
      Errno errno = Errno.of((int) -result);
      throw error("read: " + errno.text());
    }
    return result;
  }

  /** An EIO that names this object and its base directory. */
  public ObjectException error(String reason) {
    return new ObjectException(path, base + ": " + reason);
  }

  @Override
  public void close() {
    fd.close();
  }

  /** Base directory and backing path. */
  @Override
  public String toString() {
    return base + "/" + path;
  }
}
