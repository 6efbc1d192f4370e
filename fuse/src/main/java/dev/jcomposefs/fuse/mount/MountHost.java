package dev.jcomposefs.fuse.mount;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves any number of mounts from one process. Each has its own image, store, policy, driver and
 * threads, and fails on its own; what is known of the hashes of files they share, and the memory of
 * an image that several have. Thread-safe.
 *
 * <p>A process must not look at its own mounts, see {@link dev.jcomposefs.fuse.mount}: images and
 * base directories on a mount of this host are the caller's to refuse.
 */
public final class MountHost implements AutoCloseable {
  private final VerificationCache hashes = new VerificationCache();
  private final SharedImages images = new SharedImages();
  private final Runnable whenIdle;

  @GuardedBy("this")
  private final Set<Mount> mounts = new LinkedHashSet<>();

  /** Mounts that are being made. */
  @GuardedBy("this")
  private int beginning;

  /** Whether there has been a mount: a host that waits for its first is not idle. */
  @GuardedBy("this")
  private boolean used;

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param whenIdle is run each time that the last mount has ended, on a thread of that mount
   */
  public MountHost(Runnable whenIdle) {
    this.whenIdle = whenIdle;
  }

  /**
   * Mounts an image, as {@link Mount#open(Path, Path, MountOptions)}.
   *
   * @throws FsException also EBUSY if this host is closed
   */
  public Mount open(Path image, Path directory, MountOptions options) throws IOException {
    begin();
    Mount mount = null;
    try {
      mount = new Opening(image, options, hashes, images, this::ended).at(directory);
    } finally {
      begun(mount);
    }
    if (isClosed()) {
      mount.close();
      throw closing();
    }
    return mount;
  }

  private synchronized void begin() throws FsException {
    if (closed) {
      throw closing();
    }
    beginning++;
  }

  private static FsException closing() {
    return new FsException(Errno.EBUSY, "everything is being unmounted");
  }

  private void begun(@Nullable Mount mount) {
    boolean idle;
    synchronized (this) {
      beginning--;
      // One that somebody unmounted at once has ended before it could be listed.
      if (mount != null && !mount.hasEnded()) {
        mounts.add(mount);
      }
      used |= mount != null;
      idle = isIdle();
      notifyAll();
    }
    if (idle) {
      whenIdle.run();
    }
  }

  private void ended(Mount mount) {
    boolean idle;
    synchronized (this) {
      mounts.remove(mount);
      idle = isIdle();
    }
    if (idle) {
      whenIdle.run();
    }
  }

  @GuardedBy("this")
  private boolean isIdle() {
    return used && beginning == 0 && mounts.isEmpty();
  }

  /** What is mounted, in the order in which it was. */
  public synchronized List<Mount> mounts() {
    return List.copyOf(mounts);
  }

  /** Whether everything is being unmounted, or has been. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Unmounts everything, as {@link Mount#close} does, and mounts nothing any more.
   *
   * @throws IOException the first, if something cannot be unmounted; the rest is all the same
   */
  @Override
  public void close() throws IOException {
    long deadline = System.nanoTime() + Mount.PATIENCE.toNanos();
    awaitBegun(deadline);
    IOException failure = null;
    List<Mount> ending = new ArrayList<>();
    // The last first: one may be mounted on top of another.
    for (Mount mount : mounts().reversed()) {
      try {
        if (mount.unmount()) {
          ending.add(mount);
        }
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    for (Mount mount : ending) {
      mount.awaitEnd(deadline);
    }
    hashes.close();
    if (failure != null) {
      throw failure;
    }
  }

  /** Who comes later than this finds the host closed, and unmounts himself. */
  private synchronized void awaitBegun(long deadline) {
    closed = true;
    try {
      long left = deadline - System.nanoTime();
      while (beginning > 0 && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
