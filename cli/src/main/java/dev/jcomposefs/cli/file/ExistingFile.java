package dev.jcomposefs.cli.file;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A regular file that has the name which a new one is to have, and may be written to. It is
 * overwritten where it cannot be replaced, and a reader can see a part of the new content then.
 *
 * <p>The space that this takes is taken before anything is overwritten, so that a full disk leaves
 * what was there. What is lost all the same, in part, is the content of a file that is being
 * overwritten when the process is killed, the machine stops or the disk fails, or on a file system
 * that writes everything to a new place and finds none.
 *
 * @param name for messages
 */
record ExistingFile(Fd file, ByteString name) implements AutoCloseable {
  private static final int COPY_SIZE = 256 << 10; // bytes

  /**
   * @param path without symbolic links
   * @param name its last component
   * @throws FsException if it may not be written to
   */
  static ExistingFile open(Path path, ByteString name) throws FsException {
    return new ExistingFile(
        LinuxFiles.open(path, OpenFlags.WRITE_ONLY | OpenFlags.NON_BLOCK), name);
  }

  /** Whether a failure to put another file in the place of one forbids just that. */
  static boolean mustStay(FsException failure) {
    return switch (failure.errno()) {
      // the last one: a mount point
      case EACCES, EPERM, EROFS, EBUSY -> true;
      default -> false;
    };
  }

  void overwriteWith(Fd content) throws FsException {
    long size = LinuxFiles.stat(content).size();
    long before = LinuxFiles.stat(file).size();
    long shared = Math.min(size, before);
    try {
      LinuxFiles.reserve(file, size, name);
      // Also where nothing can be reserved, most of the space is this.
      copy(content, shared, size);
      LinuxFiles.fsync(file, name);
    } catch (FsException e) {
      LinuxFiles.truncate(file, before, name);
      throw e;
    }
    copy(content, 0, shared);
    LinuxFiles.truncate(file, size, name);
    LinuxFiles.fsync(file, name);
  }

  /** From one position to another. */
  private void copy(Fd content, long from, long end) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(COPY_SIZE);
      long n;
      for (long position = from; position < end; position += n) {
        MemorySegment part = buffer.asSlice(0, Math.min(COPY_SIZE, end - position));
        n = LinuxFiles.readFully(content, part, position, name);
        if (n < part.byteSize()) {
          throw new FsException(Errno.EIO, "read '%s': cut while it was copied".formatted(name));
        }
        LinuxFiles.writeFully(file, part, position, name);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
