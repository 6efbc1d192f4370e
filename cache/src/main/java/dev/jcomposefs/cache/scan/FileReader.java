package dev.jcomposefs.cache.scan;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxXattrs;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cache.store.ObjectWriter;
import dev.jcomposefs.cache.store.StoreException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.BlockSource;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what is in regular files, and the extended attributes of any. Thread-safe. */
final class FileReader {
  /** The largest content that goes into the tree, bytes; the same for all composefs writers. */
  static final int MAX_INLINE = 64;

  /** What a regular file holds beside what statx(2) says. */
  record Contents(Xattrs xattrs, FileContent content) {}

  private final ScanOptions options;
  private final VerityMeasurer measurer;
  private final @Nullable ObjectWriter store;

  FileReader(ScanOptions options, VerityMeasurer measurer, @Nullable ObjectWriter store) {
    this.options = options;
    this.measurer = measurer;
    this.store = store;
  }

  /**
   * Reads a regular file that is not empty.
   *
   * @param seen what it was when the walk came by
   * @throws StoreException if the store cannot take it
   * @throws ScanException if it cannot be read, or is not what it was
   */
  Contents read(OpenDirectory directory, ByteString name, FileStat seen) throws FsException {
    // O_NONBLOCK: by now there may be a fifo
    int flags = OpenFlags.READ_ONLY | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCK;
    try (Fd fd = LinuxFiles.open(directory.fd(), name, flags, 0)) {
      Contents contents;
      try {
        contents = new Contents(xattrs(fd, () -> directory.pathOf(name)), content(fd, seen.size()));
      } catch (StoreException | ScanException e) {
        throw e;
      } catch (FsException e) {
        // A file that somebody writes to fails in many ways: the reason is what to tell.
        checkUnchanged(fd, seen.identity(), directory, name, e);
        throw e;
      }
      checkUnchanged(fd, seen.identity(), directory, name, null);
      return contents;
    } catch (StoreException | ScanException e) {
      throw e;
    } catch (FsException e) {
      throw new ScanException(directory.pathOf(name), e);
    }
  }

  private static void checkUnchanged(
      Fd fd,
      FileIdentity seen,
      OpenDirectory directory,
      ByteString name,
      @Nullable FsException cause)
      throws FsException {
    if (!LinuxFiles.stat(fd).identity().equals(seen)) {
      throw new ScanException(
          directory.pathOf(name), Errno.EIO, "changed while it was read", cause);
    }
  }

  private FileContent content(Fd fd, long size) throws FsException {
    BlockSource source = LinuxFiles.content(fd, fd);
    try {
      if (size <= MAX_INLINE) {
        return new FileContent.Inline(inline(source, (int) size));
      }
      Digest digest =
          store == null ? measurer.measure(options.algorithm(), source, size) : store.put(fd, size);
      return new FileContent.External(digest);
    } catch (FsException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("reading a file throws nothing else", e);
    }
  }

  private static ByteString inline(BlockSource source, int size) throws IOException {
    byte[] bytes = new byte[size];
    int done = 0;
    while (done < size) {
      int n = source.read(done, bytes, done, size - done);
      if (n <= 0) {
        throw new FsException(Errno.EIO, "found %d bytes, expected %d".formatted(done, size));
      }
      done += n;
    }
    return ByteString.copyOf(bytes);
  }

  /** The extended attributes of an open file. */
  Xattrs xattrs(Fd fd, ByteString path) throws FsException {
    return xattrs(fd, () -> path);
  }

  /**
   * @param path asked for when there is something to say about it
   */
  private Xattrs xattrs(Fd fd, Supplier<ByteString> path) throws FsException {
    return options.xattrs() == XattrSelection.NONE
        ? Xattrs.NONE
        : xattrs(LinuxXattrs.read(fd, options.xattrs()::takes, fd), path);
  }

  /** The extended attributes of a file that is not opened. */
  Xattrs xattrs(OpenDirectory directory, ByteString name) throws FsException {
    return options.xattrs() == XattrSelection.NONE
        ? Xattrs.NONE
        : xattrs(
            LinuxXattrs.read(directory.fd(), name, options.xattrs()::takes),
            () -> directory.pathOf(name));
  }

  private static Xattrs xattrs(Map<ByteString, ByteString> found, Supplier<ByteString> path)
      throws ScanException {
    if (found.isEmpty()) {
      return Xattrs.NONE;
    }
    Xattrs.Builder builder = new Xattrs.Builder();
    for (Map.Entry<ByteString, ByteString> xattr : found.entrySet()) {
      int length = xattr.getValue().length();
      if (length > Xattrs.MAX_VALUE) {
        throw new ScanException(
            path.get(),
            Errno.ERANGE,
            "xattr %s: found %d bytes, expected at most %d"
                .formatted(xattr.getKey(), length, Xattrs.MAX_VALUE),
            null);
      }
      builder.put(xattr.getKey(), xattr.getValue());
    }
    return builder.build();
  }
}
