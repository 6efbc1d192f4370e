package dev.jcomposefs.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxDirectories;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.linux.LinuxVerity.Enabling;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cache.store.CopyBuffers.CopyBuffer;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.BlockSource;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts the content of files into a store.
 *
 * <p>Where extents can be shared, a file is cloned into a temporary one, and that very file is
 * measured. Elsewhere the bytes that are written are the bytes that were hashed, out of the same
 * memory: a small file is read and hashed first, and costs no more if it is stored already; a large
 * one is written as it is hashed, its holes left out.
 *
 * <p>Once a temporary file is on the disk, it is linked to the name that it was found to deserve.
 * To wait for the disk once per file would take longer than everything else, so files are published
 * in batches, with one wait for each, by a thread of their own while the next batch is filled;
 * {@link #flush()} publishes the rest. What is not published when the writer is closed is
 * discarded.
 *
 * <p>To learn that a large file is stored already, its content has to be hashed: in place, which is
 * lost work if it is not stored, or in the copy, which is lost work if it is. The writer expects
 * more of what it met most so far.
 *
 * <p>Thread-safe: many threads may put files at the same time. The lock is held for bookkeeping
 * only, never while waiting for the disk.
 */
public final class ObjectWriter implements AutoCloseable {
  /** Published at the latest when so many files wait, or fewer if descriptors are scarce. */
  static final int BATCH_FILES = 1024;

  /** The part of all descriptors that a batch may hold; there are two batches at a time. */
  private static final int DESCRIPTOR_SHARE = 8;

  /** Or when so many bytes wait. */
  private static final long BATCH_BYTES = 64L << 20;

  /**
   * From here on an object does not stay in memory once it is on the disk: the next ones use the
   * same pages, instead of driving out of memory what somebody reads. Bytes.
   */
  private static final long LARGE = 1 << 20;

  private static final int DIRECTORY_MODE = 0755;

  /** No hole is smaller. */
  private static final int SMALLEST_HOLE = 4096;

  /** How temporary files are made. */
  @FunctionalInterface
  interface TemporaryFiles {
    TemporaryFile create(Fd directory) throws FsException;
  }

  private record Staged(Digest digest, TemporaryFile file, long size) {}

  private final Path path;
  private final Fd directory;
  private final HashAlgorithm algorithm;
  private final VerityMeasurer measurer;
  private final TemporaryFiles temporaryFiles;
  private final CopyBuffers buffers;
  private final int batchFiles;
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong found = new AtomicLong();

  private final ExecutorService publisher;

  /** Held by whoever publishes a batch. */
  private final Semaphore publishing = new Semaphore(1);

  /** False once the store's file system has said that it shares no extents. */
  private volatile boolean clones = true;

  /** A file system that it shares none with; see {@link FileIdentity#device()}. */
  private volatile @Nullable Long foreign;

  /** False once the file system has said that it has no fs-verity. */
  private volatile boolean protects = true;

  /** Whether new files get the permissions that they are made with; null until one was made. */
  private volatile @Nullable Boolean keepsMode;

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
      TemporaryFiles temporaryFiles,
      ThreadFactory publishers,
      int batchFiles) {
    this.path = path;
    this.directory = directory;
    this.algorithm = algorithm;
    this.measurer = measurer;
    this.temporaryFiles = temporaryFiles;
    this.buffers = new CopyBuffers(algorithm);
    this.publisher = Executors.newSingleThreadExecutor(publishers);
    this.batchFiles = batchFiles;
  }

  /**
   * Opens a store for writing; makes the directory, and those above it, if they are not there.
   *
   * @param algorithm what the objects are named by
   * @param measurer borrowed
   */
  public static ObjectWriter open(Path path, HashAlgorithm algorithm, VerityMeasurer measurer)
      throws StoreException {
    return open(path, algorithm, measurer, TemporaryFile::create);
  }

  static ObjectWriter open(
      Path path, HashAlgorithm algorithm, VerityMeasurer measurer, TemporaryFiles temporaryFiles)
      throws StoreException {
    ThreadFactory publishers = Thread.ofPlatform().daemon().name("store-publish").factory();
    return open(path, algorithm, measurer, temporaryFiles, publishers);
  }

  static ObjectWriter open(
      Path path,
      HashAlgorithm algorithm,
      VerityMeasurer measurer,
      TemporaryFiles temporaryFiles,
      ThreadFactory publishers)
      throws StoreException {
    try {
      makeDirectories(path);
      int descriptors =
          (int) Math.min(BATCH_FILES, LinuxProcess.openFileLimit() / DESCRIPTOR_SHARE);
      Fd directory = LinuxFiles.open(path, OpenFlags.READ_ONLY | OpenFlags.DIRECTORY);
      return new ObjectWriter(
          path,
          directory,
          algorithm,
          measurer,
          temporaryFiles,
          publishers,
          Math.max(1, descriptors));
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
    boolean sparse = size > SMALLEST_HOLE && LinuxFiles.nextHole(source, 0, size) < size;
    boolean mayBeCloned = mayBeCloned(source);
    if (!mayBeCloned && !sparse && size <= CopyBuffers.SIZE) {
      return putSmall(source, (int) size);
    }
    if (found.get() > added.get()) {
      Digest digest = measure(source, size);
      if (isStored(digest)) {
        found.incrementAndGet();
        return digest;
      }
    }
    TemporaryFile file = newFile();
    try {
      Digest digest =
          mayBeCloned && isCloned(source, file)
              ? measureClone(file, size)
              : copy(source, file, size, sparse);
      if (isStored(digest)) {
        file.close();
        found.incrementAndGet();
      } else {
        stage(digest, file, size);
      }
      return digest;
    } catch (Throwable t) {
      file.close();
      throw t;
    }
  }

  /** Reads a file once, and writes it only if it is new. */
  private Digest putSmall(Fd source, int size) throws FsException {
    CopyBuffer buffer = buffers.take();
    try {
      MemorySegment content = buffer.bytes().asSlice(0, size);
      long n = LinuxFiles.readFully(source, content, 0, source);
      if (n < size) {
        throw CopyingSource.tooShort(n, size);
      }
      buffer.hasher().update(content);
      Digest digest = buffer.hasher().digest();
      if (isStored(digest)) {
        found.incrementAndGet();
        return digest;
      }
      TemporaryFile file = newFile();
      try {
        write(content, file);
        stage(digest, file, size);
        return digest;
      } catch (Throwable t) {
        file.close();
        throw t;
      }
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private void write(MemorySegment content, TemporaryFile file) throws StoreException {
    try {
      LinuxFiles.writeFully(file.fd(), content, "temporary file");
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
  }

  private boolean mayBeCloned(Fd source) throws FsException {
    if (!clones) {
      return false;
    }
    Long device = foreign;
    return device == null || device != LinuxFiles.stat(source).identity().device();
  }

  private boolean isCloned(Fd source, TemporaryFile file) throws FsException {
    switch (LinuxFiles.cloneContent(source, file.fd())) {
      case DONE -> {
        return true;
      }
      case FAILED -> {}
      case FOREIGN -> foreign = LinuxFiles.stat(source).identity().device();
      case UNSUPPORTED -> clones = false;
    }
    return false;
  }

  private Digest measureClone(TemporaryFile file, long size) throws FsException {
    long cloned;
    Digest digest;
    try {
      cloned = LinuxFiles.stat(file.fd()).size();
      digest = measure(file.fd(), cloned);
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
    if (cloned != size) {
      throw CopyingSource.tooShort(cloned, size);
    }
    return digest;
  }

  private Digest copy(Fd source, TemporaryFile file, long size, boolean sparse) throws FsException {
    Digest digest =
        measure(new CopyingSource(source, file.fd(), size, sparse, buffers, path), size);
    if (sparse) {
      long end = LinuxFiles.stat(source).size(); // behind it seems to be a hole, too
      if (end < size) {
        throw CopyingSource.tooShort(end, size);
      }
      try {
        LinuxFiles.truncate(file.fd(), size, "temporary file"); // a hole at the end
      } catch (FsException e) {
        throw new StoreException(path, e);
      }
    }
    return digest;
  }

  private TemporaryFile newFile() throws StoreException {
    try {
      return temporaryFiles.create(directory);
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
  }

  private Digest measure(Fd file, long size) throws FsException {
    return measure(LinuxFiles.content(file, file), size);
  }

  private Digest measure(BlockSource content, long size) throws FsException {
    try {
      return measurer.measure(algorithm, content, size);
    } catch (FsException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("reading a file throws nothing else", e);
    }
  }

  /** Whether anything has the object's name: what it is made of is not looked at. */
  private boolean isStored(Digest digest) throws StoreException {
    try {
      return LinuxFiles.exists(directory, nameOf(digest));
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
  }

  private static ByteString nameOf(Digest digest) {
    byte[] name = new byte[digest.objectPathLength()];
    digest.copyObjectPathTo(name, 0);
    return ByteString.copyOf(name);
  }

  /** Has a file published that holds the content of that digest; takes it over. */
  private void stage(Digest digest, TemporaryFile file, long size) throws StoreException {
    finish(file);
    List<Staged> full = List.of();
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      if (!unpublished.add(digest)) {
        file.close();
        found.incrementAndGet();
        return;
      }
      added.incrementAndGet();
      batch.add(new Staged(digest, file, size));
      batchBytes += size;
      if (batch.size() >= batchFiles || batchBytes >= BATCH_BYTES) {
        full = takeBatch();
      }
    }
    if (!full.isEmpty()) {
      publishBehind(full);
    }
  }

  /** Makes a file readable for everybody, and has fs-verity protect it where that is possible. */
  private void finish(TemporaryFile file) throws StoreException {
    try {
      Boolean kept = keepsMode;
      if (kept == null) {
        kept = (LinuxFiles.stat(file.fd()).mode() & 07777) == TemporaryFile.MODE;
        keepsMode = kept;
      }
      if (!kept) {
        LinuxFiles.chmod(file.fd(), TemporaryFile.MODE, file);
      }
      if (protects) {
        file.reopen();
        // One that fails stays as safe as the file system below it makes it.
        protects = LinuxVerity.enable(file.fd(), algorithm) != Enabling.UNSUPPORTED;
      }
    } catch (FsException e) {
      throw new StoreException(path, e);
    }
  }

  @GuardedBy("this")
  private List<Staged> takeBatch() {
    List<Staged> taken = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    return taken;
  }

  /** Waits until the batch before is published, then lets another thread publish this one. */
  private void publishBehind(List<Staged> files) {
    publishing.acquireUninterruptibly();
    Runnable batch =
        () -> {
          try {
            publish(files);
          } catch (StoreException e) {
            // The next one who puts or flushes is told.
          } finally {
            publishing.release();
          }
        };
    try {
      publisher.execute(batch);
    } catch (OutOfMemoryError e) {
      // No thread to be had.
      batch.run();
    }
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
        if (staged.size() >= LARGE) {
          LinuxFiles.dropCache(staged.file().fd());
        }
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
    publishing.acquireUninterruptibly();
    try {
      List<Staged> rest;
      synchronized (this) {
        if (failure != null) {
          throw failure;
        }
        rest = takeBatch();
      }
      publish(rest);
      LinuxFiles.syncFileSystem(directory, path); // the names
    } catch (StoreException e) {
      throw e;
    } catch (FsException e) {
      throw failed(new StoreException(path, e));
    } finally {
      publishing.release();
    }
  }

  /** Discards what has not been published. To be called when no put is under way. */
  @Override
  public void close() {
    publishing.acquireUninterruptibly();
    publisher.shutdown();
    List<Staged> rest;
    synchronized (this) {
      rest = takeBatch();
    }
    rest.forEach(staged -> staged.file().close());
    directory.close();
    buffers.close();
  }
}
