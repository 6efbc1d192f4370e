package dev.jcomposefs.fuse.fs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.MetadataImage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went wrong: counted always, remembered for the status, and told in the log.
 *
 * <p>A store that is gone makes every open fail, as fast as programs try. The log line and the
 * search for a path are therefore rationed: {@link #BURST} at once and then one in {@link
 * #REFILL_NANOS}. Thread-safe.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFileSystem.class);

  /** How many are remembered. */
  static final int REMEMBERED = 16;

  static final int BURST = 32;
  static final long REFILL_NANOS = 5_000_000_000L;

  private final MetadataImage image;
  private final Object mount;
  private final LongSupplier nanoTime;
  private final LongAdder count = new LongAdder();

  @GuardedBy("this")
  private final Deque<Failure> recent = new ArrayDeque<>();

  /** When the ration will be full again; a line costs {@link #REFILL_NANOS} of it. */
  @GuardedBy("this")
  private long fullAt;

  /**
   * @param mount what the log calls it
   */
  Failures(MetadataImage image, Object mount, LongSupplier nanoTime) {
    this.image = image;
    this.mount = mount;
    this.nanoTime = nanoTime;
    this.fullAt = nanoTime.getAsLong();
  }

  /**
   * Notes a failure, unless it is only an answer to a question that made no sense. Never throws.
   *
   * @param node what the request was about
   * @param inode the same, as the image has it
   * @return what to tell the caller
   */
  Errno failed(long node, long inode, Throwable failure) {
    try {
      return switch (failure) {
        case ObjectException e -> note(node, inode, e.object(), e.errno(), e.reason(), e);
        case CorruptImageException e -> note(node, inode, null, e.errno(), text(e), e);
        case UnsupportedImageException e -> note(node, inode, null, e.errno(), text(e), e);
        case FsException e -> e.errno();
        default -> note(node, inode, null, Errno.EIO, failure.toString(), failure);
      };
    } catch (Throwable t) {
      // Such as the memory being full: the request must be answered all the same.
      return Errno.EIO;
    }
  }

  private Errno note(
      long node,
      long inode,
      @Nullable String object,
      Errno errno,
      String cause,
      Throwable failure) {
    count.increment();
    boolean told = take();
    ByteString path = told ? PathSearch.pathOf(image, inode) : null;
    Failure entry = new Failure(Instant.now(), node, path, object, errno, cause, 1);
    remember(entry);
    if (told && failure instanceof FsException) {
      LOG.warn("{}: {}", mount, entry);
    } else if (told) {
      LOG.error("{}: {}", mount, entry, failure);
    }
    return errno;
  }

  private static String text(FsException failure) {
    String message = failure.getMessage();
    return message == null ? failure.errno().text() : message;
  }

  private synchronized boolean take() {
    long now = nanoTime.getAsLong();
    if (fullAt - now < 0) {
      fullAt = now;
    }
    if (fullAt - now > (BURST - 1) * REFILL_NANOS) {
      return false;
    }
    fullAt += REFILL_NANOS;
    return true;
  }

  private synchronized void remember(Failure entry) {
    Failure last = entry;
    for (Iterator<Failure> known = recent.iterator(); known.hasNext(); ) {
      Failure before = known.next();
      if (before.isRepeatedBy(entry)) {
        known.remove();
        last = before.with(entry);
        break;
      }
    }
    if (recent.size() == REMEMBERED) {
      recent.removeFirst();
    }
    recent.addLast(last);
  }

  /** How many there have been. */
  long count() {
    return count.sum();
  }

  /** The last different ones, oldest first. */
  synchronized List<Failure> recent() {
    return List.copyOf(recent);
  }
}
