package dev.jcomposefs.cache.image;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMemory;
import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image in sealed memory: immutable, whatever becomes of the file that it was read from.
 *
 * <p>Thread-safe, but for the close: the bytes are borrowed from here, and nobody may read them
 * afterwards.
 */
public final class ImageFile implements AutoCloseable {
  /**
   * The largest image, bytes: the copy takes that much memory, and a file's size is quickly made
   * up. At the usual 200 bytes an entry this is a tree of twenty million.
   */
  public static final long MAX_SIZE = 4L << 30;

  /** Bytes: what fits the CPU's cache is copied faster. */
  static final int COPY_BUFFER = 64 << 10;

  private final String source;
  private final Arena arena;
  private final MemorySegment bytes;
  private final @Nullable Fd memory;

  private ImageFile(String source, Arena arena, MemorySegment bytes, @Nullable Fd memory) {
    this.source = source;
    this.arena = arena;
    this.bytes = bytes;
    this.memory = memory;
  }

  /**
   * Reads an image file; a symbolic link to one is followed.
   *
   * @param expected the digest that the content must have; null for any
   * @throws WrongImageDigestException if it has another
   * @throws FsException ENODEV for anything but a regular file, as mmap(2) has it; EFBIG for one of
   *     more than {@link #MAX_SIZE} bytes; EIO for one that changes meanwhile
   */
  public static ImageFile open(Path path, @Nullable Digest expected) throws FsException {
    return open(path, expected, MAX_SIZE);
  }

  /**
   * The same, and the sealed memory stays open as {@link #memory}, so that it can outlive this
   * process.
   */
  public static ImageFile openToKeep(Path path, @Nullable Digest expected) throws FsException {
    return open(path, expected, MAX_SIZE, true);
  }

  /**
   * Takes over the sealed memory that another process has made of an image.
   *
   * @param memory from now on this object's to close, even if this throws
   * @param source what the image is called
   * @param expected the digest that the content must have; null for any
   * @throws WrongImageDigestException if it has another
   * @throws FsException EPERM if somebody could still change it; EINVAL if it is empty, EFBIG if it
   *     is larger than any image
   */
  public static ImageFile adopt(Fd memory, String source, @Nullable Digest expected)
      throws FsException {
    Arena arena = Arena.ofShared();
    try {
      if (!LinuxMemory.isSealed(memory)) {
        throw new FsException(Errno.EPERM, source + ": expected an image in sealed memory");
      }
      long size = LinuxFiles.stat(memory).size();
      if (size <= 0 || size > MAX_SIZE) {
        throw new FsException(
            size <= 0 ? Errno.EINVAL : Errno.EFBIG,
            "%s: found %d bytes in memory, expected an image".formatted(source, size));
      }
      MemorySegment bytes = LinuxMemory.map(memory, size, arena);
      check(source, expected, null, bytes);
      return new ImageFile(source, arena, bytes, memory);
    } catch (Throwable t) {
      arena.close();
      memory.close();
      throw t;
    }
  }

  static ImageFile open(Path path, @Nullable Digest expected, long maxSize) throws FsException {
    return open(path, expected, maxSize, false);
  }

  private static ImageFile open(Path path, @Nullable Digest expected, long maxSize, boolean keep)
      throws FsException {
    String source = path.toString();
    // Opening a device can do things to it, so look first, without opening.
    try (Fd handle = LinuxFiles.open(path, OpenFlags.PATH)) {
      checkRegular(LinuxFiles.stat(handle), source);
    }
    try (Fd file =
        LinuxFiles.open(path, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK | OpenFlags.NO_CTTY)) {
      FileStat stat = LinuxFiles.stat(file);
      checkRegular(stat, source);
      if (stat.size() > maxSize) {
        throw new FsException(
            Errno.EFBIG,
            "%s: found %d bytes, expected at most %d".formatted(source, stat.size(), maxSize));
      }
      Digest kernel =
          expected != null && stat.hasVerity() ? LinuxVerity.measure(file, source) : null;
      return load(file, stat, source, expected, kernel, keep);
    }
  }

  /**
   * Whether a file has the very bytes of this image just now. Takes half the time of {@link #open}
   * with a comparison behind it.
   *
   * @return false also for what cannot be read, of which {@link #open} says why
   */
  public boolean hasBytesOf(Path path) {
    try (Fd handle = LinuxFiles.open(path, OpenFlags.PATH)) {
      FileStat stat = LinuxFiles.stat(handle);
      if (!stat.isRegular() || stat.size() != bytes.byteSize()) {
        return false;
      }
    } catch (FsException e) {
      return false;
    }
    try (Fd file =
            LinuxFiles.open(path, OpenFlags.READ_ONLY | OpenFlags.NON_BLOCK | OpenFlags.NO_CTTY);
        Arena working = Arena.ofConfined()) {
      return LinuxFiles.stat(file).isRegular() && hasBytesOf(file, working.allocate(COPY_BUFFER));
    } catch (FsException e) {
      return false;
    }
  }

  private boolean hasBytesOf(Fd file, MemorySegment buffer) throws FsException {
    long size = bytes.byteSize();
    for (long at = 0; at < size; at += COPY_BUFFER) {
      long n = Math.min(COPY_BUFFER, size - at);
      if (LinuxFiles.readFully(file, buffer.asSlice(0, n), at, source) < n
          || MemorySegment.mismatch(buffer, 0, n, bytes, at, at + n) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static void checkRegular(FileStat stat, String source) throws FsException {
    if (!stat.isRegular()) {
      throw new FsException(
          Errno.ENODEV, "%s: found %s, expected regular file".formatted(source, stat.typeText()));
    }
  }

  /**
   * @param kernel the digest that the kernel holds every read against; null if it does not
   */
  private static ImageFile load(
      Fd file,
      FileStat stat,
      String source,
      @Nullable Digest expected,
      @Nullable Digest kernel,
      boolean keep)
      throws FsException {
    Arena arena = Arena.ofShared();
    Fd memory = null;
    try {
      MemorySegment bytes;
      if (stat.size() == 0) {
        bytes = arena.allocate(0).asReadOnly(); // nothing can be mapped
      } else {
        memory = sealedCopy(file, stat, source);
        bytes = LinuxMemory.map(memory, stat.size(), arena);
      }
      check(source, expected, kernel, bytes);
      if (memory != null && !keep) {
        memory.close();
        memory = null;
      }
      return new ImageFile(source, arena, bytes, memory);
    } catch (Throwable t) {
      arena.close();
      if (memory != null) {
        memory.close();
      }
      throw t;
    }
  }

  private static void check(
      String source, @Nullable Digest expected, @Nullable Digest kernel, MemorySegment bytes)
      throws FsException {
    if (expected != null) {
      Digest found =
          kernel != null && kernel.algorithm() == expected.algorithm()
              ? kernel
              : measure(bytes, expected.algorithm());
      if (!found.equals(expected)) {
        throw new WrongImageDigestException(source, found, expected);
      }
    }
  }

  private static Fd sealedCopy(Fd file, FileStat stat, String source) throws FsException {
    Fd memory = LinuxMemory.newFile("jcomposefs-image");
    try {
      long copied = copy(file, memory, stat.size(), source);
      // A mixture of two states of the file would be neither image.
      if (copied < stat.size() || !LinuxFiles.stat(file).identity().equals(stat.identity())) {
        throw new FsException(Errno.EIO, source + ": changed while it was read");
      }
      LinuxMemory.seal(memory);
      return memory;
    } catch (Throwable t) {
      memory.close();
      throw t;
    }
  }

  /**
   * Inside the kernel, which takes half the time of the way through a buffer of ours.
   *
   * @return bytes copied; fewer than {@code size} only at the end of the file
   */
  private static long copy(Fd file, Fd memory, long size, String source) throws FsException {
    long done = 0;
    while (done < size) {
      long n = LinuxFiles.send(file, done, memory, size - done);
      if (n < 0) {
        // Whatever it is: some file systems cannot do this, and others will say it again.
        return done + copyByBuffer(file, done, memory, size - done, source);
      }
      if (n == 0) {
        break;
      }
      done += n;
    }
    return done;
  }

  /** The same from a position of the file on. */
  static long copyByBuffer(Fd file, long position, Fd memory, long size, String source)
      throws FsException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment buffer = scratch.allocate(Math.min(COPY_BUFFER, size));
      long done = 0;
      while (done < size) {
        MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), size - done));
        long n = LinuxFiles.readFully(file, part, position + done, source);
        LinuxFiles.writeFully(memory, part.asSlice(0, n), source);
        done += n;
        if (n < part.byteSize()) {
          break;
        }
      }
      return done;
    }
  }

  private static Digest measure(MemorySegment bytes, HashAlgorithm algorithm) {
    VerityHasher hasher = new VerityHasher(algorithm);
    hasher.update(bytes);
    return hasher.digest();
  }

  /** The path, as it was given. */
  public String source() {
    return source;
  }

  /** Read-only, accessible by every thread, valid until {@link #close()}. */
  public MemorySegment bytes() {
    return bytes;
  }

  /** The content's digest, computed anew. */
  public Digest measure(HashAlgorithm algorithm) {
    return measure(bytes, algorithm);
  }

  /** The sealed memory, open as long as this is; null if it was not to be kept. */
  public @Nullable Fd memory() {
    return memory;
  }

  @Override
  public void close() {
    arena.close();
    if (memory != null) {
      memory.close();
    }
  }
}
