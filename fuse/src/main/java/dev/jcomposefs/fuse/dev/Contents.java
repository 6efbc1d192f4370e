package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileIdentity;
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

  private static final int MEASURE_VERITY = 0xC0046686; // FS_IOC_MEASURE_VERITY

  /** Bytes that are read at a time to check a file again; whole blocks of a digest. */
  private static final int CHECK_SIZE = 128 << 10;

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

  /**
   * @param wanted null for the fastest that checks every byte and that the kernel and our rights
   *     allow
   * @param budget how many files are kept open
   */
  Contents(
      ImageFileSystem files,
      BackingFiles backing,
      @Nullable DataPath wanted,
      OpenFileBudget budget) {
    this.files = files;
    this.cache = new FileCache(files, backing, budget);
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
    CachedFile file = acquire(request, slow);
    try {
      int id = CachedFile.REFUSED;
      if (path == DataPath.PASSTHROUGH) {
        id = offer(file, request, reply, slow);
        if (path == DataPath.NO_OPEN) {
          return ENOSYS;
        }
      }
      cache.opened(file);
      reply.put64(OpenOutLayout.HANDLE_AT, 0);
      reply.put32(OpenOutLayout.OPEN_FLAGS_AT, id > 0 ? FOPEN_PASSTHROUGH : FOPEN_KEEP_CACHE);
      reply.put32(OpenOutLayout.BACKING_ID_AT, Math.max(id, 0));
      return OpenOutLayout.SIZE;
    } finally {
      cache.release(file);
    }
  }

  /** The file's id with the kernel, or {@link CachedFile#REFUSED}. */
  private int offer(CachedFile file, Request request, Reply scratch, SlowSection slow)
      throws FsException {
    VerifiedObject object = opened(file).object();
    if (object == null) {
      return CachedFile.REFUSED;
    }
    if (!mayBeHandedOver(object)) {
      settle(false);
      return CachedFile.REFUSED;
    }
    if (object.engine() != VerifyEngine.KERNEL && hasChanged(file, object)) {
      slow.begin(request.unique());
      try {
        checkAgain(file, object, scratch);
      } finally {
        slow.end();
      }
    }
    int id = file.backingId;
    return id == CachedFile.NOT_OFFERED ? offerNow(file, object) : id;
  }

  /**
   * What the kernel reads by itself is held against a digest by its fs-verity only. An object that
   * was checked in this process may become another one while it is open, or on a failing disk, and
   * its bytes would be served all the same: that is for the user to allow, by asking for it.
   */
  private boolean mayBeHandedOver(VerifiedObject object) {
    return wanted == DataPath.PASSTHROUGH || object.engine() != VerifyEngine.USER_SPACE;
  }

  private static boolean hasChanged(CachedFile file, VerifiedObject object) throws FsException {
    FileIdentity checked = file.checked;
    FileIdentity then = checked == null ? object.file().stat().identity() : checked;
    return !object.file().isStill(then);
  }

  /**
   * Something has happened to an object since it was checked as a whole. A hard link to it would
   * explain that; other bytes would, too, and the kernel is going to read them without us.
   */
  private static void checkAgain(CachedFile file, VerifiedObject object, Reply scratch)
      throws FsException {
    synchronized (file) {
      FileIdentity now = object.file().identityNow();
      if (now.size() != object.size()) {
        throw object
            .file()
            .error(
                "changed since it was opened: found %d bytes, expected %d"
                    .formatted(now.size(), object.size()));
      }
      long position = 0;
      int n;
      do {
        n = opened(file).read(position, scratch.buffer(), Reply.inBuffer(0), CHECK_SIZE);
        position += n;
      } while (n > 0);
      if (object.file().isStill(now)) {
        file.checked = now;
      }
    }
  }

  private int offerNow(CachedFile file, VerifiedObject object) {
    synchronized (file) {
      if (file.backingId == CachedFile.NOT_OFFERED) {
        int given = backing.open(object.file().fd());
        settle(given > 0);
        file.backingId = given > 0 ? given : CachedFile.REFUSED;
      }
      return file.backingId;
    }
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
    CachedFile file = acquire(request, slow);
    try {
      slow.begin(request.unique());
      boolean ended = false;
      try {
        return opened(file).read(position, reply.buffer(), Reply.inBuffer(0), size);
      } catch (FsException e) {
        ended = true;
        throw slow.end() ? givenUp(request, e) : e;
      } finally {
        if (!ended) {
          slow.end();
        }
      }
    } finally {
      cache.release(file);
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
    CachedFile file = acquire(request, slow);
    try {
      Fd object = file.backingId > 0 ? descriptor(file) : null;
      if (object != null) {
        found = LinuxFiles.seek(object, offset, whence);
        if (found < 0) {
          return (int) found;
        }
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
    CachedFile file = acquire(request, slow);
    try {
      Fd object = descriptor(file);
      Digest digest = object == null ? null : LinuxVerity.measure(object, object);
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
    } finally {
      cache.release(file);
    }
  }

  private CachedFile acquire(Request request, SlowSection slow) throws FsException {
    CachedFile file = cache.acquire(request.node());
    if (file.file != null) {
      return file;
    }
    boolean ended = false;
    boolean opened = false;
    slow.begin(request.unique());
    try {
      cache.open(file);
      opened = true;
      return file;
    } catch (FsException e) {
      ended = true;
      throw slow.end() ? givenUp(request, e) : e;
    } finally {
      if (!ended) {
        slow.end();
      }
      if (!opened) {
        cache.release(file);
      }
    }
  }

  private static FsException givenUp(Request request, FsException cause) {
    return new FsException(
        Errno.EINTR, "node %d: the caller gave up".formatted(request.node()), cause);
  }

  /** The object that holds the file's content; null if the image does. */
  private static @Nullable Fd descriptor(CachedFile file) {
    VerifiedObject object = opened(file).object();
    return object == null ? null : object.file().fd();
  }

  private static OpenFile opened(CachedFile file) {
    OpenFile open = file.file;
    if (open == null) {
      throw new IllegalStateException("node %d is not open".formatted(file.node));
    }
    return open;
  }

  /** Nobody uses a file any more. */
  @Override
  public void close() {
    cache.close();
  }
}
