package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.dev.DevDriver;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.jnr.JnrDriver;
import dev.jcomposefs.fuse.kernel.StagingDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Makes a mount that ends with this process, as {@link Mount#open} promises it.
 *
 * @param hashes of objects; borrowed until the mount has ended
 * @param images in memory; borrowed as long
 * @param whenEnded is told on the driver's last thread, even if the mount comes to nothing once
 *     that has started
 */
record Opening(
    Path image,
    MountOptions options,
    VerificationCache hashes,
    SharedImages images,
    Consumer<Mount> whenEnded) {

  Mount at(Path directory) throws IOException {
    KernelLayers layers = KernelLayers.of(options);
    if (GivenDevice.isNamedBy(directory)) {
      if (layers != null) {
        throw new FsException(
            Errno.EINVAL, directory + ": upperdir and idmap need a mount that is made here");
      }
      return serve(directory, directory);
    }
    Path mountPoint = MountPoint.check(directory);
    if (layers == null) {
      return serve(mountPoint, mountPoint);
    }
    try (StagingDirectory staging = StagingDirectory.create()) {
      Mount mount = serve(mountPoint, staging.path());
      // If this fails, the staging directory's end is the mount's.
      layers.add(staging.path(), mountPoint);
      return mount;
    }
  }

  /**
   * @param at where to mount it, which is {@code mountPoint} unless something is to come on top
   */
  private Mount serve(Path mountPoint, Path at) throws IOException {
    boolean isGiven = GivenDevice.isNamedBy(mountPoint);
    ServedImage served = ServedImage.open(image, mountPoint, options, hashes, images);
    Mount mount;
    try {
      if (!isGiven) {
        MountPoint.checkOutside(mountPoint, image, options);
      }
      Driver driver = driver(served.files());
      mount = new Mount(mountPoint, image, options, served, driver, Instant.now(), whenEnded);
      mount.start(at, driver::start);
    } catch (Throwable t) {
      served.close();
      throw t;
    }
    if (!isGiven) {
      mount.checkAnswers(at, Probe::answers);
    }
    return mount;
  }

  private Driver driver(ImageFileSystem files) throws IOException {
    MountOptions.Server wanted = options.server();
    return switch (wanted.driver()) {
      // Where this one does not work, libfuse does not either: both need the device and a kernel
      // that is not ancient.
      case AUTO, DEV ->
          new DevDriver(files, wanted.dataPath(), options.layers().userNamespace() != null);
      case JNR -> JnrDriver.load(files);
    };
  }
}
