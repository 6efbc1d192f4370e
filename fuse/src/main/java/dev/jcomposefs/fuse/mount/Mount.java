package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.dev.DevDriver;
import dev.jcomposefs.fuse.dev.HeldDevices;
import dev.jcomposefs.fuse.dev.Negotiation;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.Failure;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.jnr.JnrDriver;
import dev.jcomposefs.fuse.kernel.StagingDirectory;
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
  private final Instant mountedAt;
  private final Consumer<Mount> whenEnded;
  private final CountDownLatch ended = new CountDownLatch(1);

  private Mount(
      Path mountPoint,
      Path image,
      MountOptions options,
      ServedImage served,
      Driver driver,
      Instant mountedAt,
      Consumer<Mount> whenEnded) {
    this.mountPoint = mountPoint;
    this.image = image;
    this.options = options;
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
    VerificationCache hashes = newHashes();
    try {
      return open(image, directory, options, hashes, new SharedImages(), _ -> hashes.close());
    } catch (Throwable t) {
      hashes.close();
      throw t;
    }
  }

  /** What is remembered of objects, for one mount or for all of a process. */
  static VerificationCache newHashes() {
    Runtime machine = Runtime.getRuntime();
    long size = Math.min(VerificationCache.DEFAULT_SIZE, machine.maxMemory() / 4);
    return new VerificationCache(size, machine.availableProcessors());
  }

  /**
   * @param hashes of objects; borrowed until the mount has ended
   * @param images in memory; borrowed as long
   * @param whenEnded is told on the driver's last thread, even if the mount comes to nothing once
   *     that has started
   */
  static Mount open(
      Path image,
      Path directory,
      MountOptions options,
      VerificationCache hashes,
      SharedImages images,
      Consumer<Mount> whenEnded)
      throws IOException {
    KernelLayers layers = KernelLayers.of(options);
    if (GivenDevice.isNamedBy(directory)) {
      if (layers != null) {
        throw new FsException(
            Errno.EINVAL, directory + ": upperdir and idmap need a mount that is made here");
      }
      return open(image, directory, directory, options, hashes, images, whenEnded);
    }
    Path mountPoint = MountPoint.check(directory);
    if (layers == null) {
      return open(image, mountPoint, mountPoint, options, hashes, images, whenEnded);
    }
    try (StagingDirectory staging = StagingDirectory.create()) {
      Mount mount = open(image, mountPoint, staging.path(), options, hashes, images, whenEnded);
      // If this fails, the staging directory's end is the mount's.
      layers.add(staging.path(), mountPoint);
      return mount;
    }
  }

  /**
   * @param at where to mount it, which is {@code mountPoint} unless something is to come on top
   */
  private static Mount open(
      Path image,
      Path mountPoint,
      Path at,
      MountOptions options,
      VerificationCache hashes,
      SharedImages images,
      Consumer<Mount> whenEnded)
      throws IOException {
    ServedImage served = ServedImage.open(image, mountPoint, options, hashes, images);
    Mount mount;
    try {
      if (!GivenDevice.isNamedBy(mountPoint)) {
        checkOutside(mountPoint, image, options);
      }
      Driver driver = load(options, served.files());
      mount = create(mountPoint, image, options, served, driver, whenEnded);
      mount.start(at, driver::start);
    } catch (Throwable t) {
      served.close();
      throw t;
    }
    if (!mount.isGiven()) {
      mount.checkAnswers(at, Probe::answers);
    }
    return mount;
  }

  /**
   * The same, so that another process can {@link #takeOver take over} from this one with {@link
   * #handover}.
   *
   * @param held without a connection yet; closed with the mount
   * @throws FsException also EINVAL for options that stand against it, EOPNOTSUPP if the kernel
   *     cannot
   */
  public static Mount openHeld(Path image, Path directory, MountOptions options, HeldDevices held)
      throws IOException {
    checkCanBeHeld(options);
    if (GivenDevice.isNamedBy(directory)) {
      throw new FsException(
          Errno.EINVAL, directory + ": whoever has mounted it is to replace its server");
    }
    Path mountPoint = MountPoint.check(directory);
    VerificationCache hashes = newHashes();
    try {
      return openHeld(image, mountPoint, options, held, hashes);
    } catch (Throwable t) {
      hashes.close();
      throw t;
    }
  }

  private static Mount openHeld(
      Path image, Path mountPoint, MountOptions options, HeldDevices held, VerificationCache hashes)
      throws IOException {
    ServedImage served = ServedImage.openToKeep(image, mountPoint, options, hashes);
    Mount mount;
    DevDriver driver;
    try {
      checkOutside(mountPoint, image, options);
      driver = loadForHeld(options, served.files());
      mount = create(mountPoint, image, options, served, driver, _ -> hashes.close());
      mount.start(mountPoint, (device, ended) -> driver.startHeld(device, held, ended));
    } catch (Throwable t) {
      served.close();
      throw t;
    }
    mount.checkAnswers(mountPoint, Probe::answersChild);
    mount.checkCanBeResumed(driver);
    return mount;
  }

  /**
   * Goes on with a mount whose server has died. The kernel has kept what was asked of that one, and
   * whoever asked gets an answer now.
   *
   * @param image what the image file is called; it is not read
   * @param options those of the first server
   * @param held with the connection; closed with the mount
   * @param from what that server left; the image in it is closed with the mount
   * @throws FsException EINVAL for options that stand against it, and whatever is wrong with the
   *     image or a base directory
   */
  public static Mount takeOver(Path image, MountOptions options, HeldDevices held, Handover from)
      throws IOException {
    checkCanBeHeld(options);
    VerificationCache hashes = newHashes();
    try {
      ServedImage served =
          ServedImage.adopt(from.image(), image, from.mountPoint(), options, hashes);
      try {
        DevDriver driver = loadForHeld(options, served.files());
        Mount mount =
            new Mount(
                from.mountPoint(),
                image,
                options,
                served,
                driver,
                from.mountedAt(),
                _ -> hashes.close());
        driver.resume(held, from.agreed(), mount::end);
        return mount;
      } catch (Throwable t) {
        served.close();
        throw t;
      }
    } catch (Throwable t) {
      hashes.close();
      throw t;
    }
  }

  /**
   * Backing files are known to the kernel by numbers that die with the server, while the files that
   * are open stay tied to them.
   */
  private static void checkCanBeHeld(MountOptions options) throws FsException {
    if (options.dataPath() == DataPath.PASSTHROUGH) {
      throw new FsException(
          Errno.EINVAL, "data path passthrough: another server cannot take over from this one");
    }
    if (options.driver() == DriverChoice.JNR) {
      throw new FsException(
          Errno.EINVAL, "driver jnr: another server cannot take over from this one");
    }
    if (KernelLayers.of(options) != null) {
      throw new FsException(
          Errno.EINVAL, "upperdir, idmap: another server cannot take over from this one");
    }
  }

  private static DevDriver loadForHeld(MountOptions options, ImageFileSystem files) {
    DataPath wanted = options.dataPath();
    return new DevDriver(files, wanted == null ? DataPath.NO_OPEN : wanted);
  }

  private static Mount create(
      Path mountPoint,
      Path image,
      MountOptions options,
      ServedImage served,
      Driver driver,
      Consumer<Mount> whenEnded) {
    MountOptions complete =
        options.fsName() == null ? options.withFsName(image.toString()) : options;
    return new Mount(mountPoint, image, complete, served, driver, Instant.now(), whenEnded);
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
      case AUTO, DEV -> new DevDriver(files, options.dataPath(), options.userNamespace() != null);
      case JNR -> JnrDriver.load(files);
    };
  }

  /** How a driver begins to serve a mounted device. */
  private interface Start {
    void on(int device, Runnable whenEnded) throws IOException;
  }

  private void start(Path at, Start driver) throws IOException {
    try (Fd device = isGiven() ? GivenDevice.open(at) : KernelMount.mount(at, options)) {
      try {
        driver.on(LinuxFiles.duplicate(device), this::end);
      } catch (Throwable t) {
        discard(at, t);
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

  /** A way to find out whether a mount answers. */
  private interface Asking {
    boolean answers(Path at) throws IOException;
  }

  private void checkAnswers(Path at, Asking probe) throws IOException {
    try {
      if (!probe.answers(at)) {
        throw new IOException("mount '%s': it does not answer%s".formatted(mountPoint, reason()));
      }
    } catch (Throwable t) {
      discard(at, t);
      throw t;
    }
    served.lookAhead();
  }

  private void checkCanBeResumed(DevDriver driver) throws FsException {
    Negotiation agreed = driver.negotiation();
    if (agreed == null || !agreed.canBeResumed()) {
      FsException cannot =
          new FsException(
              Errno.EOPNOTSUPP,
              "mount '%s': with this kernel, no server can take over from another; Linux 6.9 can"
                  .formatted(mountPoint));
      discard(mountPoint, cannot);
      throw cannot;
    }
  }

  private String reason() {
    List<Failure> failures = served.files().lastFailures();
    return failures.isEmpty() ? "" : ": " + failures.getLast();
  }

  /** Whether somebody else has mounted it. */
  private boolean isGiven() {
    return GivenDevice.isNamedBy(mountPoint);
  }

  /** Takes away a mount that did not come to life: it would hang whoever looks. */
  private static void discard(Path at, Throwable reason) {
    if (GivenDevice.isNamedBy(at)) {
      return;
    }
    try {
      KernelMount.unmount(at, true);
    } catch (FsException e) {
      reason.addSuppressed(e);
    }
  }

  /** Absolute, without symbolic links; {@code /dev/fd/N} if somebody else has mounted it. */
  public Path mountPoint() {
    return mountPoint;
  }

  /**
   * What another process needs to go on when this one dies; of a mount by {@link #openHeld}.
   *
   * @throws IOException if it has been unmounted
   */
  public Handover handover() throws IOException {
    Fd memory = served.memory();
    if (!(driver instanceof DevDriver dev) || memory == null) {
      throw new IllegalStateException("mount '%s' is not held".formatted(mountPoint));
    }
    Negotiation agreed = dev.negotiation();
    MountTable.Entry entry = MountTable.at(mountPoint);
    if (agreed == null || entry == null) {
      throw new FsException(Errno.ENODEV, "mount '%s': has been unmounted".formatted(mountPoint));
    }
    return new Handover(mountPoint, entry.device(), mountedAt, agreed, memory);
  }

  /** What can be said about it now. */
  public MountStatus status() {
    return new MountStatus(
        mountPoint,
        image,
        options.digest(),
        options.baseDirectories(),
        options.upperDirectory(),
        options.workDirectory(),
        options.userNamespace(),
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
    Path mountPoint = withoutLooking(directory);
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

  /** Absolute, and without symbolic links but at its end: the mount itself may be dead. */
  static Path withoutLooking(Path directory) throws IOException {
    Path plain = directory.toAbsolutePath().normalize();
    Path parent = plain.getParent();
    Path name = plain.getFileName();
    return parent == null || name == null ? plain : parent.toRealPath().resolve(name);
  }
}
