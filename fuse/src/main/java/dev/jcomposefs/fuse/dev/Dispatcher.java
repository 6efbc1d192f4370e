package dev.jcomposefs.fuse.dev;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.lang.foreign.MemorySegment;

/**
 * Answers requests: checks their shape, calls the file system, builds the reply in place. Belongs
 * to one worker.
 *
 * <p>Answers with the value ENOSYS are remembered by the kernel, which then never asks again: that
 * is how a read-only mount without locks, and with nothing to flush, is rid of those requests.
 */
final class Dispatcher {
  /** What a request gets that must not be answered. */
  static final int NO_REPLY = 0;

  /** What a request gets that has to wait for somebody who has time for it. */
  static final int PUT_OFF = -1;

  /** What a handler returns to leave the request without an answer. */
  private static final int UNANSWERED = Integer.MIN_VALUE;

  private static final int ENOSYS = -Errno.ENOSYS.number();
  private static final int EROFS = -Errno.EROFS.number();
  private static final int EINVAL = -Errno.EINVAL.number();

  /** Bytes that GETXATTR and LISTXATTR may have to offer at most: the kernel's own limit. */
  private static final int MAX_XATTR = 64 << 10;

  private final Connection connection;
  private final ImageFileSystem files;
  private final Contents contents;
  private final Request request;
  private final Reply reply;
  private final RequestCounts counts;
  private final SlowSection slow;
  private final DirectoryEncoder directories;
  private final Inode inode = new Inode();

  /** The longest of what is put together before it is copied to the reply. */
  private final long[] record = new long[AttrEncoder.index(EntryOutLayout.SIZE)];

  Dispatcher(
      Connection connection, Request request, Reply reply, RequestCounts counts, SlowSection slow) {
    this.connection = connection;
    this.files = connection.files();
    this.contents = connection.contents();
    this.request = request;
    this.reply = reply;
    this.counts = counts;
    this.slow = slow;
    this.directories = new DirectoryEncoder(files, reply);
  }

  /**
   * Answers the request in the receive buffer.
   *
   * @param received its bytes, at least a header
   * @return bytes of the reply, {@link #NO_REPLY} or {@link #PUT_OFF}
   */
  int answer(int received) {
    return answer(received, true);
  }

  /** The same for one that was put off. */
  int answerAgain(int received) {
    return answer(received, false);
  }

  private int answer(int received, boolean isNew) {
    request.received(received);
    long unique = request.unique();
    try {
      int result = handle(isNew);
      if (result == UNANSWERED) {
        return NO_REPLY;
      }
      return result >= 0 ? reply.succeed(unique, result) : reply.fail(unique, -result);
    } catch (PutOff e) {
      return PUT_OFF;
    } catch (Throwable t) {
      return reply.fail(unique, errnoOf(t));
    }
  }

  private int errnoOf(Throwable failure) {
    try {
      return files.failed(request.node(), failure).number();
    } catch (Throwable alsoFailed) {
      // Short of memory, even the log line may fail; the caller still has to get an answer.
      return Errno.EIO.number();
    }
  }

  private int handle(boolean isNew) throws FsException {
    Opcode opcode = Opcode.of(request.opcode());
    if (opcode == null) {
      return ENOSYS;
    }
    if (!request.isWhole() || request.bodyLength() < opcode.leastBody()) {
      return mustNotBeAnswered(opcode) ? UNANSWERED : EINVAL;
    }
    int nameLength = 0;
    if (opcode.named()) {
      nameLength = request.findName(opcode.leastBody());
      if (nameLength == Request.NO_NAME) {
        return EINVAL;
      }
    }
    if (isNew) {
      counts.increment(opcode);
    }
    return switch (opcode) {
      case INIT -> connection.negotiate(request, reply);
      case LOOKUP -> lookup(nameLength);
      case GETATTR -> attributes();
      case READLINK -> readlink();
      case OPEN -> contents.open(request, reply, slow);
      case READ -> contents.read(request, reply, slow);
      case LSEEK -> contents.seek(request, reply, slow);
      case IOCTL -> contents.ioctl(request, reply, slow);
      case RELEASE -> contents.release(request.node());
      case READDIR -> list(false);
      case READDIRPLUS -> list(true);
      case GETXATTR -> xattr(nameLength);
      case LISTXATTR -> listXattrs();
      case STATFS -> statfs();
      case FORGET, BATCH_FORGET, NOTIFY_REPLY -> UNANSWERED;
      case INTERRUPT -> interrupt();
      case DESTROY, RELEASEDIR -> 0;
      // With ENOSYS to OPENDIR the kernel opens directories by itself, and keeps what it has
      // listed.
      case OPENDIR -> ENOSYS;
      // The kernel checks permissions, and keeps locks, itself.
      case ACCESS, GETLK, SETLK, SETLKW -> ENOSYS;
      case FLUSH, FSYNC, FSYNCDIR, SYNCFS, STATX, POLL, BMAP, SETUPMAPPING, REMOVEMAPPING -> ENOSYS;
      case SETATTR, SYMLINK, MKNOD, MKDIR, UNLINK, RMDIR, RENAME, RENAME2, LINK -> EROFS;
      case WRITE, CREATE, TMPFILE, SETXATTR, REMOVEXATTR, FALLOCATE -> EROFS;
      case COPY_FILE_RANGE, COPY_FILE_RANGE_64 -> EROFS;
    };
  }

  private static boolean mustNotBeAnswered(Opcode opcode) {
    return opcode == Opcode.FORGET
        || opcode == Opcode.BATCH_FORGET
        || opcode == Opcode.NOTIFY_REPLY;
  }

  private int lookup(int nameLength) throws FsException {
    long node = find(nameLength);
    if (node == ImageFileSystem.NOT_FOUND) {
      // Unlike ENOENT, an answer without a node may be kept.
      AttrEncoder.noEntry(record, AttrEncoder.FOREVER);
    } else {
      files.attributes(node, inode);
      AttrEncoder.entry(record, node, inode);
    }
    reply.putAll(record, EntryOutLayout.SIZE);
    return EntryOutLayout.SIZE;
  }

  private long find(int nameLength) throws FsException {
    MemorySegment names = request.buffer();
    long at = Request.inBuffer(0);
    if (nameLength == 1 && names.get(JAVA_BYTE, at) == '.') {
      // Asked to revive a file handle, of a node of any type: see EXPORT_SUPPORT.
      return request.node();
    }
    return files.lookup(request.node(), names, at, nameLength);
  }

  private int attributes() throws FsException {
    files.attributes(request.node(), inode);
    record[AttrEncoder.index(AttrOutLayout.VALID_AT)] = AttrEncoder.FOREVER;
    record[AttrEncoder.index(AttrOutLayout.VALID_NANOS_AT)] = 0;
    AttrEncoder.attributes(record, AttrOutLayout.ATTR_AT, request.node(), inode);
    reply.putAll(record, AttrOutLayout.SIZE);
    return AttrOutLayout.SIZE;
  }

  private int readlink() throws FsException {
    return files.readlink(request.node(), reply.buffer(), Reply.inBuffer(0));
  }

  private int list(boolean plus) throws FsException {
    int limit = request.size(ReadInLayout.SIZE_AT, reply.room());
    return directories.fill(request.node(), request.bits64(ReadInLayout.OFFSET_AT), limit, plus);
  }

  private int xattr(int nameLength) throws FsException {
    if (!files.hasXattrs()) {
      return ENOSYS;
    }
    int room = request.size(XattrInLayout.SIZE_AT, MAX_XATTR);
    int length =
        files.xattr(
            request.node(),
            request.buffer(),
            Request.inBuffer(XattrInLayout.SIZE),
            nameLength,
            reply.buffer(),
            Reply.inBuffer(0),
            room);
    return length == ImageFileSystem.NOT_FOUND
        ? -Errno.ENODATA.number()
        : attributeReply(length, room);
  }

  /**
   * ENOSYS would save the kernel these requests, too. But programs that copy would take it for a
   * file system that loses what they are to copy, and say so, where the list is only empty.
   */
  private int listXattrs() throws FsException {
    int room = request.size(XattrInLayout.SIZE_AT, MAX_XATTR);
    int length =
        files.hasXattrs()
            ? files.listXattrs(request.node(), reply.buffer(), Reply.inBuffer(0), room)
            : 0;
    return attributeReply(length, room);
  }

  /** No room is the question how much would be needed. */
  private int attributeReply(int length, int room) {
    if (room == 0) {
      reply.put32(XattrOutLayout.SIZE_AT, length);
      reply.put32(XattrOutLayout.SIZE_AT + Integer.BYTES, 0);
      return XattrOutLayout.SIZE;
    }
    return length <= room ? length : -Errno.ERANGE.number();
  }

  private int statfs() {
    reply.clear(StatfsOutLayout.SIZE);
    reply.put64(StatfsOutLayout.BLOCKS_AT, files.blockCount());
    reply.put64(StatfsOutLayout.FILES_AT, files.inodeCount());
    reply.put32(StatfsOutLayout.BLOCK_SIZE_AT, ImageFileSystem.BLOCK_SIZE);
    reply.put32(StatfsOutLayout.FRAGMENT_SIZE_AT, ImageFileSystem.BLOCK_SIZE);
    reply.put32(StatfsOutLayout.NAME_LENGTH_AT, ImageFileSystem.MAX_NAME);
    return StatfsOutLayout.SIZE;
  }

  /**
   * The caller of another request got a signal. If that is one of the slow ones, whoever is at it
   * may be interrupted; the quick ones are answered before long anyway.
   */
  private int interrupt() {
    return connection.interrupt(request.bits64(InterruptInLayout.UNIQUE_AT))
        ? UNANSWERED
        : -Errno.EAGAIN.number();
  }

  /** Whether the request that was put off last can be answered at once all the same. */
  boolean needsNoStore() {
    try {
      return files.isInline(request.node());
    } catch (FsException e) {
      return false;
    }
  }

  /** The reply that was built last has not been taken. */
  void lost() {
    if (request.opcode() == Opcode.OPEN.number()) {
      // The kernel counts nothing as opened, and will not tell that it is closed.
      contents.release(request.node());
    }
  }
}
