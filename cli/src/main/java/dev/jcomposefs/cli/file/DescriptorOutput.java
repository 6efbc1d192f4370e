package dev.jcomposefs.cli.file;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.error.FsException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Writes to an open file, and fails with the kernel's errno, which the JDK's streams keep to
 * themselves. Not buffered: for large parts at once. Not thread-safe.
 */
public final class DescriptorOutput extends OutputStream {
  private static final int STDOUT = 1;
  private static final int PART = 256 << 10; // bytes

  private final Fd file;
  private final Object subject;
  private final MemorySegment part = Arena.ofAuto().allocate(PART);

  /**
   * @param file borrowed
   * @param subject what messages call the file
   */
  public DescriptorOutput(Fd file, Object subject) {
    this.file = file;
    this.subject = subject;
  }

  /** This process's standard output. */
  public static DescriptorOutput stdout() {
    return new DescriptorOutput(Fd.adopt(STDOUT), "stdout");
  }

  @Override
  public void write(int b) throws FsException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws FsException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int done = 0; done < length; ) {
      int n = Math.min(PART, length - done);
      MemorySegment.copy(bytes, offset + done, part, ValueLayout.JAVA_BYTE, 0, n);
      LinuxFiles.writeFully(file, part.asSlice(0, n), subject);
      done += n;
    }
  }
}
