package dev.jcomposefs.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.linux.LinuxDirectories;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts the content of files into a store.
 *
 * <p>Each is copied into a temporary file, that very file is measured, and once it is on the disk
 * it is linked to the name that it was found to deserve. To wait for the disk once per file would
 * take longer than everything else, so files are published in batches, with one wait for each;
 * {@link #flush()} publishes the rest. What is not published when the writer is closed is
 * discarded.
 *
 * <p>To learn that a file is stored already, its content has to be hashed: in place, which is lost
 * work if it is not stored, or in the copy, which is lost work if it is. The writer expects more of
 * what it met most so far.
 *
 * <p>Thread-safe: many threads may put files at the same time. The lock is held for bookkeeping
 * only, never while waiting for the disk.
 */
public final class ObjectWriter implements AutoCloseable {
  /** Published at the latest when so many files wait: each holds a descriptor. */
  private static final int BATCH_FILES = 256;

  /** Or when so many bytes wait. */
  private static final long BATCH_BYTES = 256L << 20;

  private static final int DIRECTORY_MODE = 0755;

  /** How temporary files are made. */
  @FunctionalInterface
  interface TemporaryFiles {
    TemporaryFile create(Fd directory) throws FsException;
  }

  private record Staged(Digest digest, TemporaryFile file) {}

  private final Path path;
  private final Fd directory;
  private final HashAlgorithm algorithm;
  private final VerityMeasurer measurer;
  private final ContentCopy copy;
  private final TemporaryFiles temporaryFiles;
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong found = new AtomicLong();

  @GuardedBy("this")
  private List<Staged> batch = new ArrayList<>();

  @GuardedBy("this")
  private long batchBytes;

  /** Digests of all files that wait or are being published. */
  @GuardedBy("this")
  private final Set<Digest> unpublished = new HashSet<>();

  @GuardedBy("this")
  private @Nullable StoreException failure;

  private ObjectWriter(
      Path path,
      Fd directory,
      HashAlgorithm algorithm,
      VerityMeasurer measurer,
      ContentCopy copy,
      TemporaryFiles temporaryFiles) {
    this.path = path;
    this.directory = directory;
    this.algorithm = algorithm;
    this.measurer = measurer;
    this.copy = copy;
    this.temporaryFiles = temporaryFiles;
  }

  /**
   * Opens a store for writing; makes the directory, and those above it, if they are not there.
   *
   * @param algorithm what the objects are named by
   * @param measurer borrowed
   */
  public static ObjectWriter open(Path path, HashAlgorithm algorithm, VerityMeasurer measurer)
      throws StoreException {
    return open(path, algorithm, measurer, ContentCopy.CLONE, TemporaryFile::create);
  }

  static ObjectWriter open(
      Path path,
      HashAlgorithm algorithm,
      VerityMeasurer measurer,
      ContentCopy copy,
      TemporaryFiles temporaryFiles)
      throws StoreException {
    try {
      makeDirectories(path);
      Fd directory = LinuxFiles.open(path, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY);
      return new ObjectWriter(path, directory, algorithm, measurer, copy, temporaryFiles);
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
  }

  private static void makeDirectories(Path path) throws FsException {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (IOException e) {
      // What is in the way shows when the directory is opened, with the kernel's own errno.
    }
  }

  /** What the objects are named by. */
  public HashAlgorithm algorithm() {
    return algorithm;
  }

  /** How many files became new objects, or will with the next flush. */
  public long added() {
    return added.get();
  }

  /** How many files were stored already. */
  public long found() {
    return found.get();
  }

  /**
   * Stores the content of a file, unless it is stored already.
   *
   * @param source open for reading; it should not change meanwhile, which the caller can tell by
   *     its {@link dev.jcomposefs.cache.linux.FileIdentity}, but an object has the right name in
   *     any case
   * @param size bytes to take
   * @return the content's digest, which is the object's name
   * @throws StoreException if the store cannot take it, or could not take an earlier one
   * @throws FsException if the source cannot be read or has not that many bytes
   */
  public Digest put(Fd source, long size) throws FsException {
    if (found.get() > added.get()) {
      Digest digest = measure(source, size);
      if (isStored(digest)) {
        found.incrementAndGet();
        return digest;
      }
    }
    TemporaryFile file = newFile();
    try {
      copy.copy(source, file.fd(), size, path);
      return finish(file, size);
    } catch (Throwable t) {
      file.close();
      throw t;
    }
  }

  private TemporaryFile newFile() throws StoreException {
    try {
      return temporaryFiles.create(directory);
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
  }

  private Digest finish(TemporaryFile file, long expectedSize) throws FsException {
    FileStat stat;
    Digest digest;
    try {
      file.finish();
      stat = LinuxFiles.stat(file.fd());
      digest = measure(file.fd(), stat.size());
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
    if (stat.size() != expectedSize) {
      throw new FsException(
          Errno.EIO, "source: found %d bytes, expected %d".formatted(stat.size(), expectedSize));
    }
    if (isStored(digest)) {
      file.close();
      found.incrementAndGet();
    } else {
      // One that fails stays as safe as the file system below it makes it.
      LinuxVerity.enable(file.fd(), algorithm);
      stage(new Staged(digest, file), stat.size());
    }
    return digest;
  }

  private Digest measure(Fd file, long size) throws FsException {
    try {
      return measurer.measure(algorithm, LinuxFiles.content(file, file), size);
    } catch (FsException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("reading a file throws nothing else", e);
    }
  }

  /** Whether anything has the object's name: what it is made of is not looked at. */
  private boolean isStored(Digest digest) throws StoreException {
    try {
      LinuxFiles.stat(directory, nameOf(digest));
      return true;
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw new StoreException(path, e);
    }
  }

  private static ByteString nameOf(Digest digest) {
    return ByteString.utf8(digest.objectPath());
  }

  private void stage(Staged staged, long size) throws StoreException {
    List<Staged> full = List.of();
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      if (!unpublished.add(staged.digest())) {
        staged.file().close();
        found.incrementAndGet();
        return;
      }
      added.incrementAndGet();
      batch.add(staged);
      batchBytes += size;
      if (batch.size() >= BATCH_FILES || batchBytes >= BATCH_BYTES) {
        full = takeBatch();
      }
    }
    publish(full);
  }

  @GuardedBy("this")
  private List<Staged> takeBatch() {
    List<Staged> taken = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    return taken;
  }

  /** Gives the files their names, after all their content has reached the disk. */
  private void publish(List<Staged> files) throws StoreException {
    if (files.isEmpty()) {
      return;
    }
    try {
      LinuxFiles.syncFileSystem(directory, path);
      for (Staged staged : files) {
        publish(staged);
      }
    } catch (FsException e) {
      throw failed(new StoreException(path, e));
    } finally {
      files.forEach(staged -> staged.file().close());
      synchronized (this) {
        files.forEach(staged -> unpublished.remove(staged.digest()));
      }
    }
  }

  private void publish(Staged staged) throws FsException {
    ByteString name = nameOf(staged.digest());
    try {
      staged.file().publish(name);
    } catch (FsException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      LinuxDirectories.make(
          directory,
          ByteString.copyOf(name.toByteArray(), 0, name.indexOf((byte) '/')),
          DIRECTORY_MODE);
      staged.file().publish(name);
    }
  }

  /** From now on nothing may count as stored: other puts may have relied on what was lost. */
  private synchronized StoreException failed(StoreException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /**
   * Publishes what waits. Afterwards every digest that {@link #put} has given is the name of an
   * object that survives a loss of power. To be called when no put is under way.
   *
   * @throws StoreException if that fails, or has failed for an earlier batch
   */
  public void flush() throws StoreException {
    List<Staged> rest;
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      rest = takeBatch();
    }
    publish(rest);
    try {
      LinuxFiles.syncFileSystem(directory, path); // the names
    } catch (FsException e) {
      throw failed(new StoreException(path, e));
    }
  }

  /** Discards what has not been published. */
  @Override
  public void close() {
    List<Staged> rest;
    synchronized (this) {
      rest = takeBatch();
    }
    rest.forEach(staged -> staged.file().close());
    directory.close();
  }
}
