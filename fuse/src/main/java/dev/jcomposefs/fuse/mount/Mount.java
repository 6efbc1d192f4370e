package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.dev.DevDriver;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.Failure;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.jnr.JnrDriver;
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
 * ENOTCONN until somebody unmounts it.
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
  private final Instant mountedAt = Instant.now();
  private final Consumer<Mount> whenEnded;
  private final CountDownLatch ended = new CountDownLatch(1);

  private Mount(
      Path mountPoint,
      Path image,
      MountOptions options,
      ServedImage served,
      Driver driver,
      Consumer<Mount> whenEnded) {
    this.mountPoint = mountPoint;
    this.image = image;
    this.options = options;
    this.served = served;
    this.driver = driver;
    this.whenEnded = whenEnded;
  }

  /**
   * Mounts an image. When this returns, the mount answers.
   *
   * @param image the image file; it is copied, so that it may be changed or removed afterwards
   * @param directory where to mount it; must exist, and must not contain the image or a base
   *     directory
   * @throws FsException for whatever is wrong with the image, a base directory, or the directory;
   *     ENOTCONN if the directory is a mount whose server has died
   * @throws IOException if the driver does not work here
   */
  public static Mount open(Path image, Path directory, MountOptions options) throws IOException {
    VerificationCache hashes = newHashes();
    try {
      return open(image, directory, options, hashes, _ -> hashes.close());
    } catch (Throwable t) {
      hashes.close();
      throw t;
    }
  }

  /** What is remembered of objects, for one mount or for all of a process. */
  static VerificationCache newHashes() {
    return new VerificationCache(
        VerificationCache.DEFAULT_SIZE, Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param hashes of objects; borrowed until the mount has ended
   * @param whenEnded is told on the driver's last thread, even if the mount comes to nothing once
   *     that has started
   */
  static Mount open(
      Path image,
      Path directory,
      MountOptions options,
      VerificationCache hashes,
      Consumer<Mount> whenEnded)
      throws IOException {
    Path mountPoint = MountPoint.check(directory);
    MountOptions complete =
        options.fsName() == null ? options.withFsName(image.toString()) : options;
    ServedImage served = ServedImage.open(image, options, hashes);
    Mount mount;
    try {
      checkOutside(mountPoint, image, options);
      Driver driver = load(options, served.files());
      mount = new Mount(mountPoint, image, complete, served, driver, whenEnded);
      mount.start();
    } catch (Throwable t) {
      served.close();
      throw t;
    }
    mount.checkAnswers();
    return mount;
  }

  private static void checkOutside(Path mountPoint, Path image, MountOptions options)
      throws IOException {
    MountPoint.checkOutside(mountPoint, "image", image);
    for (Path base : options.baseDirectories()) {
      MountPoint.checkOutside(mountPoint, "base directory", base);
    }
  }

  private static Driver load(MountOptions options, ImageFileSystem files) throws IOException {
    return switch (options.driver()) {
      // Where this one does not work, libfuse does not either: both need the device and a kernel
      // that is not ancient.
      case AUTO, DEV -> new DevDriver(files, options.dataPath());
      case JNR -> JnrDriver.load(files);
    };
  }

  private void start() throws IOException {
    try (Fd device = KernelMount.mount(mountPoint, options)) {
      try {
        driver.start(LinuxFiles.duplicate(device), this::end);
      } catch (Throwable t) {
        discard(t);
        throw t;
      }
    }
  }

  /** On the driver's last thread. */
  private void end() {
    served.close();
    ended.countDown();
    whenEnded.accept(this);
  }

  private void checkAnswers() throws IOException {
    try {
      if (!Probe.answers(mountPoint)) {
        throw new IOException("mount '%s': it does not answer%s".formatted(mountPoint, reason()));
      }
    } catch (Throwable t) {
      discard(t);
      throw t;
    }
  }

  private String reason() {
    List<Failure> failures = served.files().lastFailures();
    return failures.isEmpty() ? "" : ": " + failures.getLast();
  }

  /** Takes away a mount that did not come to life: it would hang whoever looks. */
  private void discard(Throwable reason) {
    try {
      KernelMount.unmount(mountPoint, true);
    } catch (FsException e) {
      reason.addSuppressed(e);
    }
  }

  /** Absolute, without symbolic links. */
  public Path mountPoint() {
    return mountPoint;
  }

  /** What can be said about it now. */
  public MountStatus status() {
    return new MountStatus(
        mountPoint,
        image,
        options.digest(),
        options.baseDirectories(),
        options.verification(),
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
   * mount, or some seconds later if somebody holds on to it.
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
    if (hasEnded()) {
      return false;
    }
    try {
      KernelMount.unmount(mountPoint, false);
      return true;
    } catch (FsException e) {
      if (hasEnded() || !KernelMount.TYPE.equals(MountTable.typeAt(mountPoint))) {
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
   * Unmounts what some process of this program mounted, whether it still lives or not.
   *
   * @param directory the mount point
   * @param lazily take it out of the tree even while files in it are open
   * @throws FsException EINVAL if no image is mounted there, EBUSY if files are open, EPERM if it
   *     is somebody else's
   */
  public static void unmount(Path directory, boolean lazily) throws IOException {
    Path mountPoint = withoutLooking(directory);
    String type = MountTable.typeAt(mountPoint);
    if (type == null && Files.isSymbolicLink(mountPoint)) {
      mountPoint = mountPoint.toRealPath();
      type = MountTable.typeAt(mountPoint);
    }
    if (!KernelMount.TYPE.equals(type)) {
      throw new FsException(Errno.EINVAL, "unmount '%s': %s".formatted(directory, describe(type)));
    }
    KernelMount.unmount(mountPoint, lazily);
  }

  private static String describe(@Nullable String type) {
    return type == null
        ? "nothing is mounted there"
        : "found a mount of type %s, expected %s".formatted(type, KernelMount.TYPE);
  }

  /** Absolute, and without symbolic links but at its end: the mount itself may be dead. */
  private static Path withoutLooking(Path directory) throws IOException {
    Path plain = directory.toAbsolutePath().normalize();
    Path parent = plain.getParent();
    Path name = plain.getFileName();
    return parent == null || name == null ? plain : parent.toRealPath().resolve(name);
  }
}
