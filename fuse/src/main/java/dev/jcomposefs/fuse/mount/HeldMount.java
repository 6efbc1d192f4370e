package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.dev.DevDriver;
import dev.jcomposefs.fuse.dev.HeldDevices;
import dev.jcomposefs.fuse.dev.Negotiation;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes mounts that outlive the process that serves them: another one has their devices and their
 * image open, too, and with a {@link Handover} the next server goes on where this one died.
 */
public final class HeldMount {
  private HeldMount() {}

  /** Sees to it that the next server gets what this one leaves. */
  public interface Keeper {
    /**
     * @param left of a mount that answers; its image is borrowed
     * @throws IOException if it cannot be kept; then nothing stays mounted
     */
    void keep(Handover left) throws IOException;
  }

  /**
   * Mounts an image as {@link Mount#open} does, so that another process can {@link #takeOver take
   * over} from this one.
   *
   * @param held without a connection yet; closed with the mount
   * @throws FsException also EINVAL for options that stand against it, EOPNOTSUPP if the kernel
   *     cannot
   */
  public static Mount open(
      Path image, Path directory, MountOptions options, HeldDevices held, Keeper keeper)
      throws IOException {
    check(options);
    if (GivenDevice.isNamedBy(directory)) {
      throw new FsException(
          Errno.EINVAL, directory + ": whoever has mounted it is to replace its server");
    }
    Path mountPoint = MountPoint.check(directory);
    VerificationCache hashes = new VerificationCache();
    try {
      return open(image, mountPoint, options, held, keeper, hashes);
    } catch (Throwable t) {
      hashes.close();
      throw t;
    }
  }

  private static Mount open(
      Path image,
      Path mountPoint,
      MountOptions options,
      HeldDevices held,
      Keeper keeper,
      VerificationCache hashes)
      throws IOException {
    ServedImage served = ServedImage.openToKeep(image, mountPoint, options, hashes);
    Instant now = Instant.now();
    DevDriver driver;
    Mount mount;
    try {
      MountPoint.checkOutside(mountPoint, image, options);
      driver = driver(options, served.files());
      mount = new Mount(mountPoint, image, options, served, driver, now, _ -> hashes.close());
      mount.start(mountPoint, (device, ended) -> driver.startHeld(device, held, ended));
    } catch (Throwable t) {
      served.close();
      throw t;
    }
    mount.checkAnswers(mountPoint, Probe::answersChild);
    try {
      keeper.keep(handover(mountPoint, now, driver.negotiation(), served.memory()));
    } catch (Throwable t) {
      mount.discard(mountPoint, t);
      throw t;
    }
    return mount;
  }

  private static Handover handover(
      Path mountPoint, Instant mountedAt, @Nullable Negotiation agreed, @Nullable Fd image)
      throws IOException {
    if (agreed == null || !agreed.canBeResumed()) {
      throw new FsException(
          Errno.EOPNOTSUPP,
          "mount '%s': with this kernel, no server can take over from another; Linux 6.9 can"
              .formatted(mountPoint));
    }
    MountTable.Entry entry = MountTable.at(mountPoint);
    if (entry == null || image == null) {
      throw new FsException(Errno.ENODEV, "mount '%s': has been unmounted".formatted(mountPoint));
    }
    return new Handover(mountPoint, entry.device(), mountedAt, agreed, image);
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
    check(options);
    VerificationCache hashes = new VerificationCache();
    try {
      ServedImage served =
          ServedImage.adopt(from.image(), image, from.mountPoint(), options, hashes);
      try {
        DevDriver driver = driver(options, served.files());
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
  private static void check(MountOptions options) throws FsException {
    if (options.server().dataPath() == DataPath.PASSTHROUGH) {
      throw new FsException(
          Errno.EINVAL, "data path passthrough: another server cannot take over from this one");
    }
    if (options.server().driver() == DriverChoice.JNR) {
      throw new FsException(
          Errno.EINVAL, "driver jnr: another server cannot take over from this one");
    }
    if (KernelLayers.of(options) != null) {
      throw new FsException(
          Errno.EINVAL, "upperdir, idmap: another server cannot take over from this one");
    }
  }

  private static DevDriver driver(MountOptions options, ImageFileSystem files) {
    DataPath wanted = options.server().dataPath();
    return new DevDriver(files, wanted == null ? DataPath.NO_OPEN : wanted);
  }
}
