package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An image in memory, mounted. */
final class MountedFixture implements AutoCloseable {
  private final Path mountPoint;
  private final ImageFileSystem files;
  private final FixtureObjects objects;
  private final Driver driver;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  MountedFixture(DriverUnderTest tested, MetadataImage image, Path base, Path mountPoint)
      throws IOException {
    this.mountPoint = mountPoint;
    this.objects = new FixtureObjects(base);
    this.files = new ImageFileSystem(image, objects.verifier(VerifyPolicy.REQUIRE));
    this.driver = tested.load(files);
    MountOptions options =
        MountOptions.DEFAULT.withFsName("fixture").withDevices(Mounting.isRoot());
    try (Fd device = KernelMount.mount(mountPoint, options.kernel())) {
      driver.start(LinuxFiles.duplicate(device), () -> ended.complete(null));
    } catch (FsException e) {
      Mounting.assumePermitted(e);
    }
  }

  ImageFileSystem files() {
    return files;
  }

  Driver driver() {
    return driver;
  }

  @Override
  public void close() throws IOException {
    Mounting.clear(mountPoint);
    ended.orTimeout(120, TimeUnit.SECONDS).join();
    objects.close();
  }
}
