package dev.jcomposefs.nativetests.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** An open file or directory. Not thread-safe beside {@link #read}, which is. */
public final class OpenFile implements AutoCloseable {
  public static final int READ_ONLY = 0;
  public static final int WRITE_ONLY = 1;
  public static final int READ_WRITE = 2;
  public static final int CREATE = 0100;
  public static final int TRUNCATE = 01000;

  /** O_DIRECT, which is one of the flags that differ between architectures. */
  public static final int DIRECT =
      System.getProperty("os.arch").equals("aarch64") ? 0200000 : 040000;

  /** Does not wait for the other end of a fifo. */
  public static final int NON_BLOCKING = 04000;

  private static final int CLOSE_ON_EXEC = 02000000;
  private static final int SEEK_SET = 0;
  private static final int SEEK_DATA = 3;

  // struct linux_dirent64 of getdents(2)
  private static final long INODE_AT = 0;
  private static final long OFFSET_AT = 8;
  private static final long RECORD_LENGTH_AT = 16;
  private static final long TYPE_AT = 18;
  private static final long NAME_AT = 19;

  private final ByteString path;
  private final int number;

  private OpenFile(ByteString path, int number) {
    this.path = path;
    this.number = number;
  }

  /**
   * Opens, and creates with mode 0644 if {@code flags} say so.
   *
   * @param flags of this class's constants
   */
  public static OpenFile open(ByteString path, int flags) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long number = Libc.OPEN.call(path, Libc.text(path, arena), flags | CLOSE_ON_EXEC, 0644);
      return new OpenFile(path, (int) number);
    }
  }

  /**
   * Opens a file for reading by what {@link Posix#handle} said about it; it waits for nobody.
   *
   * @param mount any directory on the same mount
   */
  public static OpenFile byHandle(ByteString mount, byte[] handle) throws FsException {
    try (OpenFile directory = open(mount, READ_ONLY);
        Arena arena = Arena.ofConfined()) {
      MemorySegment struct = arena.allocate(Integer.BYTES + handle.length, Long.BYTES);
      struct.set(JAVA_INT, 0, handle.length + Integer.BYTES - Posix.HANDLE_AT);
      MemorySegment.copy(handle, 0, struct, JAVA_BYTE, Integer.BYTES, handle.length);
      int flags = READ_ONLY | NON_BLOCKING | CLOSE_ON_EXEC;
      long number = Libc.OPEN_BY_HANDLE_AT.call(mount, directory.number, struct, flags);
      return new OpenFile(mount, (int) number);
    }
  }

  /**
   * Fills the buffer from a place in the file, as far as one pread(2) does: bytes, 0 at the end.
   */
  public int read(MemorySegment into, long at) throws FsException {
    return (int) Libc.PREAD.call(path, number, into, into.byteSize(), at);
  }

  /** Reads {@code length} bytes from {@code at} on, or up to the end of the file. */
  public byte[] read(long at, int length) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, length));
      int filled = 0;
      while (filled < length) {
        int more = read(buffer.asSlice(filled, length - filled), at + filled);
        if (more == 0) {
          break;
        }
        filled += more;
      }
      return buffer.asSlice(0, filled).toArray(JAVA_BYTE);
    }
  }

  public void write(byte[] bytes, long at) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
      long written = Libc.PWRITE.call(path, number, buffer, (long) bytes.length, at);
      if (written != bytes.length) {
        throw new AssertionError("%s: wrote %d of %d".formatted(path, written, bytes.length));
      }
    }
  }

  public void truncate(long size) throws FsException {
    Libc.FTRUNCATE.call(path, number, size);
  }

  /** Where the next data is, from {@code at} on: lseek(2) with SEEK_DATA. */
  public long data(long at) throws FsException {
    return Libc.LSEEK.call(path, number, at, SEEK_DATA);
  }

  /** Where a directory stands: telldir. */
  public long position() throws FsException {
    return Libc.LSEEK.call(path, number, 0L, 1);
  }

  /** Makes a directory go on from a place that an entry or {@link #position} gave: seekdir. */
  public void seek(long to) throws FsException {
    Libc.LSEEK.call(path, number, to, SEEK_SET);
  }

  /**
   * One getdents64(2) of a directory, {@code .} and {@code ..} included.
   *
   * @param room bytes of the buffer, which limit how many entries come
   * @return no entries at the end
   */
  public List<DirectoryEntry> entries(int room) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(room, Long.BYTES);
      long filled = Libc.GETDENTS64.call(path, number, buffer, (long) room);
      List<DirectoryEntry> entries = new ArrayList<>();
      for (long at = 0; at < filled; ) {
        int record = Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, at + RECORD_LENGTH_AT));
        int nameLength = 0;
        while (buffer.get(JAVA_BYTE, at + NAME_AT + nameLength) != 0) {
          nameLength++;
        }
        entries.add(
            new DirectoryEntry(
                ByteString.copyOf(buffer, at + NAME_AT, nameLength),
                buffer.get(JAVA_LONG_UNALIGNED, at + INODE_AT),
                buffer.get(JAVA_LONG_UNALIGNED, at + OFFSET_AT),
                buffer.get(ValueLayout.JAVA_BYTE, at + TYPE_AT)));
        at += record;
      }
      return entries;
    }
  }

  /** Closes, also a file of a mount whose server is gone, which is told so nevertheless. */
  @Override
  public void close() throws FsException {
    try {
      Libc.CLOSE.call(path, number);
    } catch (FsException e) {
      if (e.errno() != Errno.ENOTCONN && e.errno() != Errno.ECONNABORTED) {
        throw e;
      }
    }
  }
}
