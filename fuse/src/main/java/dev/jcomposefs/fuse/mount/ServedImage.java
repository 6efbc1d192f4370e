package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.image.ImageFile;
import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.store.ObjectStore;
import dev.jcomposefs.cache.verify.ObjectVerifier;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.fs.XattrView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An image and everything that has to stay open while it is served. */
final class ServedImage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedImage.class);

  /** Whoever mounts something mostly looks at it at once, and needs the CPUs for that. */
  private static final Duration HEAD_START = Duration.ofMillis(100);

  private final ImageFile image;
  private final ObjectStore store;
  private final ImageFileSystem files;
  private final Runnable closeImage;

  private ServedImage(
      ImageFile image, ObjectStore store, ImageFileSystem files, Runnable closeImage) {
    this.image = image;
    this.closeImage = closeImage;
    this.store = store;
    this.files = files;
  }

  /**
   * @param mountPoint what the log calls the mount
   * @param hashes of objects; borrowed
   * @param images in memory already; borrowed
   * @throws FsException if the image is not the one meant, or none, or a base directory cannot be
   *     opened
   */
  static ServedImage open(
      Path path,
      Path mountPoint,
      MountOptions options,
      VerificationCache hashes,
      SharedImages images)
      throws FsException {
    ImageFile image = images.open(path, options.content().digest());
    return of(image, path, mountPoint, options, hashes, () -> images.release(image));
  }

  /** The same, and {@link #memory} stays open. */
  static ServedImage openToKeep(
      Path path, Path mountPoint, MountOptions options, VerificationCache hashes)
      throws FsException {
    ImageFile image = ImageFile.openToKeep(path, options.content().digest());
    return of(image, path, mountPoint, options, hashes, image::close);
  }

  /**
   * The same with the memory that another process has kept.
   *
   * @param memory closed with this, or if this throws
   */
  static ServedImage adopt(
      Fd memory, Path path, Path mountPoint, MountOptions options, VerificationCache hashes)
      throws FsException {
    ImageFile image = ImageFile.adopt(memory, path.toString(), options.content().digest());
    return of(image, path, mountPoint, options, hashes, image::close);
  }

  /**
   * @param closeImage run once, here or when all is closed
   */
  private static ServedImage of(
      ImageFile image,
      Path path,
      Path mountPoint,
      MountOptions options,
      VerificationCache hashes,
      Runnable closeImage)
      throws FsException {
    try {
      MetadataImage metadata = ImageReader.open(image.bytes(), path.toString());
      checkRoot(metadata);
      if (options.content().baseDirectories().isEmpty() && !options.content().withoutObjects()) {
        checkHoldsAllContent(metadata);
      }
      ObjectStore store = ObjectStore.open(options.content().baseDirectories());
      ObjectVerifier objects = new ObjectVerifier(store, options.content().verification(), hashes);
      XattrView attributes = KernelLayers.attributes(options);
      ImageFileSystem files = new ImageFileSystem(metadata, objects, attributes, mountPoint);
      return new ServedImage(image, store, files, closeImage);
    } catch (Throwable t) {
      closeImage.run();
      throw t;
    }
  }

  /** The kernel gives up a mount whose root is none without saying why. */
  private static void checkRoot(MetadataImage image) throws CorruptImageException {
    Inode root = image.inode(image.root());
    if (root.type() != FileType.DIRECTORY) {
      throw new CorruptImageException(
          image.source(), 0, "root inode has mode %o, expected a directory".formatted(root.mode()));
    }
  }

  /** Better said now than at every file that somebody reads. */
  private static void checkHoldsAllContent(MetadataImage image) throws FsException {
    ByteString file = ExternalFile.first(image);
    if (file != null) {
      throw new FsException(
          Errno.EINVAL,
          "%s: the content of '%s' is not in the image; basedir=DIR says where objects are, noobjects"
                  .formatted(image.source(), file)
              + " that nobody is to read them");
    }
  }

  ImageFileSystem files() {
    return files;
  }

  /** The image in sealed memory, open as long as this is; null if it was not to be kept. */
  @Nullable Fd memory() {
    return image.memory();
  }

  /**
   * Finds out soon, beside everything else, whether any file has an extended attribute. The first
   * who asks for one would have to wait for that.
   */
  void lookAhead() {
    Thread.ofPlatform().daemon().name("image-xattrs").start(this::lookForXattrs);
  }

  private void lookForXattrs() {
    LockSupport.parkNanos(HEAD_START.toNanos());
    try {
      files.hasXattrs();
    } catch (IllegalStateException e) {
      LOG.debug("unmounted meanwhile", e);
    }
  }

  /** Once, and only when no request can come any more. */
  @Override
  public void close() {
    store.close();
    closeImage.run();
  }
}
