package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxVerity;
import dev.jcomposefs.cache.verify.VerifiedObject;
import dev.jcomposefs.cache.verify.VerifyEngine;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.fs.OpenFile;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of files, and which way they take to the kernel.
 *
 * <p>A file handle is always 0: whatever a request needs is found by its node id, so it does not
 * matter which process opened the file.
 *
 * <p>The kernel refuses to open an inode in two ways at a time, so the way is decided once per file
 * and kept as long as it is open. Thread-safe.
 */
final class Contents implements AutoCloseable {
  private static final int ENOSYS = -Errno.ENOSYS.number();
  private static final int EINVAL = -Errno.EINVAL.number();

  private static final int ACCESS_MODE = 3;

  private static final int FOPEN_KEEP_CACHE = 1 << 1;
  private static final int FOPEN_PASSTHROUGH = 1 << 7;

  /** Close without looking for changes to write back, since Linux 5.16. */
  private static final int FOPEN_NOFLUSH = 1 << 5;

  private static final int MEASURE_VERITY = 0xC0046686; // FS_IOC_MEASURE_VERITY

  /** struct fsverity_digest: two u16, algorithm and bytes of the digest, and the digest. */
  private static final int VERITY_DIGEST_AT = 4;

  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  private final ImageFileSystem files;
  private final FileCache cache;
  private final BackingFiles backing;
  private final @Nullable DataPath wanted;

  private volatile DataPath path = DataPath.COPY;

  /** Whether the kernel has taken a file yet. */
  private volatile boolean proven;

  /** What may take long. */
  private interface Slow<T extends @Nullable Object> {
    T run() throws FsException;
  }

  /**
   * @param wanted null for the fastest that checks every byte and that the kernel and our rights
   *     allow
   * @param open how many files are kept open
   * @param handedOver how many the kernel keeps for us; asked for if there are any
   */
  Contents(
      ImageFileSystem files,
      BackingFiles backing,
      @Nullable DataPath wanted,
      FileBudget open,
      Supplier<FileBudget> handedOver) {
    this.files = files;
    this.cache = new FileCache(files, backing, open, handedOver);
    this.backing = backing;
    this.wanted = wanted;
  }

  /** The way that is taken; passthrough by choice of ours only once the kernel has taken a file. */
  DataPath path() {
    boolean open = wanted == null && path == DataPath.PASSTHROUGH && !proven;
    return open ? DataPath.NO_OPEN : path;
  }

  /** Whether PASSTHROUGH should be asked for. */
  boolean wantsPassthrough() {
    return wanted == null || wanted == DataPath.PASSTHROUGH;
  }

  /** Before the first file is opened: what the kernel agreed to. */
  void negotiated(boolean passthrough) {
    if (wanted == null) {
      path = passthrough ? DataPath.PASSTHROUGH : DataPath.NO_OPEN;
    } else {
      path = wanted == DataPath.PASSTHROUGH && !passthrough ? DataPath.COPY : wanted;
    }
  }

  /** Answers OPEN. */
  int open(Request request, Reply reply, SlowSection slow) throws FsException {
    if ((request.bits32(OpenInLayout.FLAGS_AT) & ACCESS_MODE) != 0) {
      return -Errno.EROFS.number();
    }
    if (path == DataPath.NO_OPEN) {
      // From now on the kernel opens files by itself, and a bad one fails when it is first read.
      return ENOSYS;
    }
    CachedFile file = cache.acquire(request.node());
    try {
      HandedOver given = path == DataPath.PASSTHROUGH ? handOver(file, request, slow) : null;
      if (path == DataPath.NO_OPEN) {
        return ENOSYS;
      }
      if (given == null) {
        opened(file, request, slow);
      }
      cache.opened(file);
      reply.put64(OpenOutLayout.HANDLE_AT, 0);
      reply.put32(
          OpenOutLayout.OPEN_FLAGS_AT,
          FOPEN_NOFLUSH | (given == null ? FOPEN_KEEP_CACHE : FOPEN_PASSTHROUGH));
      reply.put32(OpenOutLayout.BACKING_ID_AT, given == null ? 0 : given.id());
      return OpenOutLayout.SIZE;
    } finally {
      cache.release(file);
    }
  }

  /** Null if the kernel cannot, or must not, read the file by itself. */
  private @Nullable HandedOver handOver(CachedFile file, Request request, SlowSection slow)
      throws FsException {
    HandedOver given = file.handedOver;
    if (given == null ? file.refused : given.isUnchanged()) {
      return given;
    }
    return slowly(request, slow, () -> handOver(file));
  }

  private @Nullable HandedOver handOver(CachedFile file) throws FsException {
    synchronized (file) {
      HandedOver given = file.handedOver;
      if (given == null) {
        given = offer(file);
      }
      // Also of one that was only just given: it may have been opened, and checked, long before.
      if (given != null && !given.isUnchanged()) {
        given = checkAgain(file, given);
        return given == null ? offer(file) : given;
      }
      return given;
    }
  }

  /**
   * Something has happened to an object since it was checked as a whole, or to its place. A hard
   * link to it would explain that; other bytes would, too, and the kernel is going to read them
   * without us. To be called with the file's monitor.
   *
   * @return null if the file is no longer handed over
   */
  private @Nullable HandedOver checkAgain(CachedFile file, HandedOver given) throws FsException {
    OpenFile now = files.open(file.node);
    try {
      VerifiedObject object = now.object();
      if (object != null && given.isSameFile(object)) {
        HandedOver checked = HandedOver.of(given.id(), object);
        cache.checked(file, checked);
        return checked;
      }
      if (!cache.isShared(file)) {
        cache.withdraw(file);
        return null;
      }
      if (object != null && object.engine() == VerifyEngine.NONE) {
        return given;
      }
      // Who has it open reads the former file, and the kernel refuses to open another one beside.
      throw new FsException(
          Errno.EIO,
          "%s: replaced while it is open, so that what is open cannot be checked any more"
              .formatted(object == null ? "inline file" : object.file()));
    } finally {
      now.close();
    }
  }

  /** Null if it is refused. To be called with the file's monitor. */
  private @Nullable HandedOver offer(CachedFile file) throws FsException {
    if (file.refused) {
      return null;
    }
    VerifiedObject object = cache.open(file).object();
    int id = 0;
    if (object != null) {
      id = mayBeHandedOver(object) ? backing.open(object.file().fd()) : 0;
      settle(id > 0);
    }
    if (object == null || id <= 0) {
      file.refused = true;
      return null;
    }
    HandedOver given = HandedOver.of(id, object);
    cache.handOver(file, given);
    return given;
  }

  /**
   * What the kernel reads by itself is held against a digest by its fs-verity only. An object that
   * was checked in this process may become another one while it is open, or on a failing disk, and
   * its bytes would be served all the same: that is for the user to allow, by asking for it.
   */
  private boolean mayBeHandedOver(VerifiedObject object) {
    return wanted == DataPath.PASSTHROUGH || object.engine() != VerifyEngine.USER_SPACE;
  }

  /**
   * If the very first file is refused, for want of the right, because of where the objects are or
   * because they have no fs-verity, the others will be too, and there is a better way than opening
   * them one by one.
   */
  private synchronized void settle(boolean taken) {
    if (!taken && !proven && wanted == null) {
      path = DataPath.NO_OPEN;
    }
    proven = proven || taken;
  }

  /** Answers RELEASE. */
  int release(long node) {
    cache.closed(node);
    return 0;
  }

  /** Answers READ. */
  int read(Request request, Reply reply, SlowSection slow) throws FsException {
    long position = request.bits64(ReadInLayout.OFFSET_AT);
    int size = request.size(ReadInLayout.SIZE_AT, Integer.MAX_VALUE);
    if (position < 0 || size > reply.room()) {
      return EINVAL;
    }
    CachedFile file = cache.acquire(request.node());
    try {
      OpenFile open = opened(file, request, slow);
      try {
        return read(open, position, size, request, reply, slow);
      } catch (FsException e) {
        OpenFile other = replaced(file, open, e, request, slow);
        return read(other, position, size, request, reply, slow);
      } finally {
        close(file, open);
      }
    } finally {
      cache.release(file);
    }
  }

  /**
   * What to read instead of a file that failed: somebody may have put another one in the place of
   * its object, to repair it, and whoever has the former one open should not fail for ever.
   *
   * @throws FsException the failure, if there is no other file or that one is no better
   */
  private OpenFile replaced(
      CachedFile file, OpenFile failed, FsException failure, Request request, SlowSection slow)
      throws FsException {
    VerifiedObject object = failed.object();
    if (object == null || failure.errno() != Errno.EIO || file.handedOver != null) {
      throw failure;
    }
    OpenFile now = file.file;
    if (now == failed && object.file().isInItsPlace()) {
      throw failure;
    }
    try {
      return slowly(request, slow, () -> cache.openAnew(file, failed));
    } catch (FsException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private static int read(
      OpenFile open, long position, int size, Request request, Reply reply, SlowSection slow)
      throws FsException {
    boolean ended = false;
    slow.begin(request);
    try {
      return open.read(position, reply.buffer(), Reply.inBuffer(0), size);
    } catch (FsException e) {
      ended = true;
      throw slow.end() ? givenUp(request, e) : e;
    } finally {
      if (!ended) {
        slow.end();
      }
    }
  }

  /**
   * Answers LSEEK. Where the kernel reads an object itself, the object says where its holes are; a
   * file whose blocks are checked here is all data, since a hole is something that nobody has
   * checked.
   */
  int seek(Request request, Reply reply, SlowSection slow) throws FsException {
    int whence = request.bits32(LseekInLayout.WHENCE_AT);
    long offset = request.bits64(LseekInLayout.OFFSET_AT);
    if (whence != SEEK_DATA && whence != SEEK_HOLE) {
      return EINVAL;
    }
    Inode inode = new Inode();
    files.attributes(request.node(), inode);
    if (offset < 0 || offset >= inode.size()) {
      return -Errno.ENXIO.number();
    }
    long found = whence == SEEK_DATA ? offset : inode.size();
    CachedFile file = cache.acquire(request.node());
    try {
      OpenFile open = opened(file, request, slow);
      try {
        Fd object = file.handedOver == null ? null : descriptor(open);
        if (object != null) {
          found = LinuxFiles.seek(object, offset, whence);
          if (found < 0) {
            return (int) found;
          }
        }
      } finally {
        close(file, open);
      }
    } finally {
      cache.release(file);
    }
    reply.put64(LseekOutLayout.OFFSET_AT, Math.min(found, inode.size()));
    return LseekOutLayout.SIZE;
  }

  /**
   * Answers IOCTL. The kernel is asked what it measures in the object; what the image says, or what
   * has been checked in this process, is not fs-verity, and is not passed off as it.
   */
  int ioctl(Request request, Reply reply, SlowSection slow) throws FsException {
    if (request.bits32(IoctlInLayout.COMMAND_AT) != MEASURE_VERITY) {
      return -Errno.ENOTTY.number();
    }
    Digest digest = measure(request, slow);
    if (digest == null) {
      return -Errno.ENODATA.number();
    }
    byte[] bytes = digest.toByteArray();
    int length = VERITY_DIGEST_AT + bytes.length;
    if (request.size(IoctlInLayout.OUT_SIZE_AT, length) < length) {
      return -Errno.EOVERFLOW.number();
    }
    reply.clear(IoctlOutLayout.SIZE);
    reply.put16(IoctlOutLayout.SIZE, digest.algorithm().number());
    reply.put16(IoctlOutLayout.SIZE + Short.BYTES, bytes.length);
    MemorySegment.copy(
        bytes,
        0,
        reply.buffer(),
        JAVA_BYTE,
        Reply.inBuffer(IoctlOutLayout.SIZE + VERITY_DIGEST_AT),
        bytes.length);
    return IoctlOutLayout.SIZE + length;
  }

  private @Nullable Digest measure(Request request, SlowSection slow) throws FsException {
    CachedFile file = cache.acquire(request.node());
    try {
      OpenFile open = opened(file, request, slow);
      try {
        Fd object = descriptor(open);
        return object == null ? null : LinuxVerity.measure(object, object);
      } finally {
        close(file, open);
      }
    } finally {
      cache.release(file);
    }
  }

  /**
   * A file that is acquired, to read from, until it is {@link #close(CachedFile, OpenFile) closed}.
   * One that the kernel has is opened for this once: it rarely asks about those.
   */
  private OpenFile opened(CachedFile file, Request request, SlowSection slow) throws FsException {
    OpenFile open = file.file;
    if (open != null) {
      return open;
    }
    return slowly(
        request, slow, () -> file.handedOver == null ? cache.open(file) : files.open(file.node));
  }

  private static void close(CachedFile file, OpenFile open) {
    if (open != file.file) {
      open.close();
    }
  }

  private static <T extends @Nullable Object> T slowly(
      Request request, SlowSection slow, Slow<T> action) throws FsException {
    boolean ended = false;
    slow.begin(request);
    try {
      return action.run();
    } catch (FsException e) {
      ended = true;
      throw slow.end() ? givenUp(request, e) : e;
    } finally {
      if (!ended) {
        slow.end();
      }
    }
  }

  private static FsException givenUp(Request request, FsException cause) {
    return new FsException(
        Errno.EINTR, "node %d: the caller gave up".formatted(request.node()), cause);
  }

  /** The object that holds the file's content; null if the image does. */
  private static @Nullable Fd descriptor(OpenFile open) {
    VerifiedObject object = open.object();
    return object == null ? null : object.file().fd();
  }

  /** Nobody uses a file any more. */
  @Override
  public void close() {
    cache.close();
  }
}
