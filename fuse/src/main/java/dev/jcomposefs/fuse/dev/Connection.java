package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** What the workers of one mount share. Thread-safe. */
final class Connection implements AutoCloseable {
  private final String name;
  private final ImageFileSystem files;
  private final Contents contents;
  private final int pageSize;
  private final boolean mapsOwners;
  private final LongPredicate interrupter;

  private volatile @Nullable Negotiation negotiation;

  /**
   * @param name for messages
   * @param pageSize of the system, bytes
   * @param mapsOwners whether the mount may show other owners than the image's
   * @param interrupter interrupts whoever answers the request with this id, and says whether there
   *     is somebody
   */
  Connection(
      String name,
      ImageFileSystem files,
      Contents contents,
      int pageSize,
      boolean mapsOwners,
      LongPredicate interrupter) {
    this.name = name;
    this.files = files;
    this.contents = contents;
    this.pageSize = pageSize;
    this.mapsOwners = mapsOwners;
    this.interrupter = interrupter;
  }

  String name() {
    return name;
  }

  ImageFileSystem files() {
    return files;
  }

  Contents contents() {
    return contents;
  }

  /** Bytes that hold the largest reply. */
  int replyBufferSize() {
    return OutHeaderLayout.SIZE + Negotiation.largestTransfer(pageSize);
  }

  /** What was agreed on; null before the kernel's first request. */
  @Nullable Negotiation negotiation() {
    return negotiation;
  }

  /**
   * Answers INIT.
   *
   * @return bytes of the reply's body
   * @throws FsException EPROTO for a kernel that is too old; the mount is of no use then
   */
  int negotiate(Request request, Reply reply) throws FsException {
    int major = request.bits32(InitInLayout.MAJOR_AT);
    int minor = request.bits32(InitInLayout.MINOR_AT);
    if (major != Negotiation.MAJOR || minor < Negotiation.OLDEST_MINOR) {
      throw new FsException(
          Errno.EPROTO,
          "the kernel speaks FUSE %d.%d, expected %d.%d or newer (Linux 5.4)"
              .formatted(major, minor, Negotiation.MAJOR, Negotiation.OLDEST_MINOR));
    }
    // POSIX ACLs also where there may be none: whether there is any takes a pass over all inodes,
    // for which nobody should have to wait here. The kernel asks once, never again after ENOSYS.
    long wanted =
        (contents.wantsPassthrough() ? InitFlags.PASSTHROUGH : 0)
            | (files.showsAcls() ? InitFlags.POSIX_ACL : 0)
            | (mapsOwners ? InitFlags.ALLOW_IDMAP : 0);
    Negotiation agreed = Negotiation.of(request, wanted, pageSize);
    contents.negotiated(agreed.has(InitFlags.PASSTHROUGH));
    negotiation = agreed;
    return agreed.write(reply, request.bits32(InitInLayout.MAX_READAHEAD_AT));
  }

  /**
   * Goes on where another server of the same image has ended: the kernel does not ask INIT again.
   *
   * @param agreed what that one agreed to
   */
  void resume(Negotiation agreed) {
    contents.negotiated(agreed.has(InitFlags.PASSTHROUGH));
    negotiation = agreed;
  }

  /**
   * The caller of a request gave up.
   *
   * @return whether somebody was at it
   */
  boolean interrupt(long unique) {
    return interrupter.test(unique);
  }

  @Override
  public void close() {
    contents.close();
  }
}
