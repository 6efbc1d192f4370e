package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted image, served by this process until it is unmounted, by {@link #close} or by anybody
 * else. Thread-safe.
 *
 * <p>A process that dies without closing leaves a mount behind that answers everything with
 * ENOTCONN until somebody unmounts it, unless it is a {@link HeldMount}.
 */
public final class Mount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mount.class);

  /** How long a close waits for the kernel to let go: it takes milliseconds if nobody holds on. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path mountPoint;
  private final Path image;
  private final MountOptions options;
  private final ServedImage served;
  private final Driver driver;
  private final Instant mountedAt;
  private final Consumer<Mount> whenEnded;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param served closed when nobody asks for it any more
   * @param whenEnded is told then, on the driver's last thread
   */
  Mount(
      Path mountPoint,
      Path image,
      MountOptions options,
      ServedImage served,
      Driver driver,
      Instant mountedAt,
      Consumer<Mount> whenEnded) {
    this.mountPoint = mountPoint;
    this.image = image;
    this.options =
        options.kernel().fsName() == null ? options.withFsName(image.toString()) : options;
    this.served = served;
    this.driver = driver;
    this.mountedAt = mountedAt;
    this.whenEnded = whenEnded;
  }

  /**
   * Mounts an image. When this returns, the mount answers.
   *
   * @param image the image file; it is copied, so that it may be changed or removed afterwards
   * @param directory where to mount it; must exist, and must not contain the image or a base
   *     directory. Or {@code /dev/fd/N}, a descriptor of /dev/fuse that this process was started
   *     with: then it has been mounted, is not unmounted here, and whether it answers is not tried
   * @throws FsException for whatever is wrong with the image, a base directory, or the directory;
   *     ENOTCONN if the directory is a mount whose server has died
   * @throws IOException if the driver does not work here
   */
  public static Mount open(Path image, Path directory, MountOptions options) throws IOException {
    VerificationCache hashes = new VerificationCache();
    try {
      return new Opening(image, options, hashes, new SharedImages(), _ -> hashes.close())
          .at(directory);
    } catch (Throwable t) {
      hashes.close();
      throw t;
    }
  }

  /** How a driver begins to serve a mounted device. */
  interface Start {
    void on(int device, Runnable whenEnded) throws IOException;
  }

  /** A way to find out whether a mount answers. */
  interface Asking {
    boolean answers(Path at) throws IOException;
  }

  /**
   * Mounts. If this throws, nothing is mounted, and what is served is still to be closed.
   *
   * @param at the mount point, unless something is to come on top
   */
  void start(Path at, Start driver) throws IOException {
    try (Fd device = isGiven() ? GivenDevice.open(at) : KernelMount.mount(at, options.kernel())) {
      try {
        driver.on(LinuxFiles.duplicate(device), this::end);
      } catch (Throwable t) {
        discard(at, t);
        throw t;
      }
    }
  }

  /** On the driver's last thread. */
  void end() {
    served.close();
    ended.countDown();
    whenEnded.accept(this);
  }

  /** Makes sure that what was started answers; if not, it is unmounted and ends. */
  void checkAnswers(Path at, Asking probe) throws IOException {
    try {
      if (!probe.answers(at)) {
        List<Failure> failures = served.files().lastFailures();
        throw new IOException(
            "mount '%s': it does not answer%s"
                .formatted(mountPoint, failures.isEmpty() ? "" : ": " + failures.getLast()));
      }
    } catch (Throwable t) {
      discard(at, t);
      throw t;
    }
    served.lookAhead();
  }

  /** Takes away a mount that did not come to life: it would hang whoever looks. */
  void discard(Path at, Throwable reason) {
    if (isGiven()) {
      return;
    }
    try {
      KernelMount.unmount(at, true);
    } catch (FsException e) {
      reason.addSuppressed(e);
    }
  }

  /** Whether somebody else has mounted it. */
  private boolean isGiven() {
    return GivenDevice.isNamedBy(mountPoint);
  }

  /** Absolute, without symbolic links; {@code /dev/fd/N} if somebody else has mounted it. */
  public Path mountPoint() {
    return mountPoint;
  }

  /** What can be said about it now. */
  public MountState status() {
    return new MountState(
        mountPoint,
        image,
        options,
        driver.name(),
        driver.dataPath(),
        driver.requests(),
        mountedAt,
        served.files().counts(),
        served.files().failureCount(),
        served.files().lastFailures());
  }

  /** Waits until it has been unmounted and the last file in it closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /**
   * Unmounts, unless that has happened already. Files that are still open can be read on as long as
   * this process lives; the directory is free at once. Returns when the kernel has let go of the
   * mount, or some seconds later if somebody holds on to it. Does nothing with a mount that
   * somebody else has made: it fails when this process ends.
   *
   * @throws FsException if it cannot be unmounted
   */
  @Override
  public void close() throws IOException {
    if (unmount()) {
      awaitEnd(System.nanoTime() + PATIENCE.toNanos());
    }
  }

  /**
   * Takes the mount out of the tree.
   *
   * @return whether it will end soon: nobody had a file in it open
   */
  boolean unmount() throws IOException {
    if (hasEnded() || isGiven()) {
      return false;
    }
    try {
      KernelMount.unmount(mountPoint, false);
      return true;
    } catch (FsException e) {
      MountTable.Entry entry = MountTable.at(mountPoint);
      if (hasEnded() || entry == null || !entry.isComposefs()) {
        // Somebody else was faster, lazily perhaps.
        return false;
      }
      if (e.errno() != Errno.EBUSY) {
        throw e;
      }
      KernelMount.unmount(mountPoint, true);
      LOG.info("{}: unmounted while in use", mountPoint);
      return false;
    }
  }

  /**
   * @param deadline as {@link System#nanoTime} has it
   */
  void awaitEnd(long deadline) throws InterruptedIOException {
    try {
      if (!ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        LOG.info("{}: unmounted here, still mounted in another mount namespace", mountPoint);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + mountPoint + " was unmounted");
    }
  }

  /** Whether it has been unmounted and the last file in it closed. */
  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /**
   * Unmounts what some process of this program mounted, whether it still lives or not, and
   * composefs mounts of the kernel.
   *
   * @param directory the mount point
   * @param lazily take it out of the tree even while files in it are open
   * @throws FsException EINVAL if no image is mounted there, EBUSY if files are open, EPERM if it
   *     is somebody else's
   */
  public static void unmount(Path directory, boolean lazily) throws IOException {
    Path mountPoint = MountPoint.withoutLooking(directory);
    MountTable.Entry entry = MountTable.at(mountPoint);
    if (entry == null && Files.isSymbolicLink(mountPoint)) {
      mountPoint = mountPoint.toRealPath();
      entry = MountTable.at(mountPoint);
    }
    if (entry == null || !entry.isComposefs()) {
      throw new FsException(Errno.EINVAL, "unmount '%s': %s".formatted(directory, describe(entry)));
    }
    KernelMount.unmount(mountPoint, lazily);
  }

  private static String describe(MountTable.@Nullable Entry entry) {
    return entry == null
        ? "nothing is mounted there"
        : "found a mount of type %s, expected %s".formatted(entry.type(), KernelMount.TYPE);
  }
}
