package dev.jcomposefs.cli.file;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads a file from its start to its end, and fails with the kernel's errno. Not buffered: for
 * large parts at once. Not thread-safe.
 */
public final class DescriptorInput extends InputStream {
  private static final int PART = 256 << 10; // bytes

  private final Fd file;
  private final Path path;
  private final MemorySegment part = Arena.ofAuto().allocate(PART);

  private DescriptorInput(Fd file, Path path) {
    this.file = file;
    this.path = path;
  }

  /** Opens a file, or something else that can be read. */
  public static DescriptorInput open(Path path) throws FsException {
    return new DescriptorInput(
        LinuxFiles.open(path, OpenFlags.READ_ONLY | OpenFlags.NO_CTTY), path);
  }

  @Override
  public int read() throws FsException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws FsException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int n = (int) LinuxFiles.read(file, part.asSlice(0, Math.min(PART, length)));
    if (n < 0) {
      Errno errno = Errno.of(-n);
      throw new FsException(errno, "read '%s': %s".formatted(path, errno.text()));
    }
    MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, into, offset, n);
    return n == 0 ? -1 : n;
  }

  @Override
  public void close() {
    file.close();
  }
}
