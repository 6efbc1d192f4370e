package dev.jcomposefs.cli.info;

import dev.jcomposefs.cache.image.ImageFile;
import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jcfs info} says. The names of the components are those of the JSON, so they are part
 * of the interface.
 *
 * @param image the path, as it was given
 * @param imageBytes size of the image file
 * @param digest the image's fs-verity digest (SHA-256, 4096-byte blocks), lower-case hex
 * @param superblock what an EROFS image says about itself; null for other formats
 * @param names entries of all directories
 * @param contentBytes bytes of all regular files, hard links once
 * @param inlineFiles regular files with content in the image itself
 * @param unverifiableFiles regular files with an object, but no digest of it
 * @param objects different objects
 * @param objectBytes bytes of all different objects
 * @param hasXattrs whether any inode shows an extended attribute
 * @param hasAcls whether any inode has a POSIX ACL
 */
record ImageInfo(
    String image,
    long imageBytes,
    String digest,
    @Nullable SuperblockInfo superblock,
    InodeCounts inodes,
    long names,
    long contentBytes,
    long inlineFiles,
    long unverifiableFiles,
    long objects,
    long objectBytes,
    boolean hasXattrs,
    boolean hasAcls) {

  /**
   * @param formatVersion 0 to 2
   * @param inodes as the writer says
   * @param blocks of 4096 bytes
   * @param buildTime seconds since 1970
   */
  record SuperblockInfo(int formatVersion, long rootNid, long inodes, long blocks, long buildTime) {
    static @Nullable SuperblockInfo of(MetadataImage image) {
      return image instanceof ErofsImage erofs
          ? new SuperblockInfo(
              erofs.header().formatVersion(),
              erofs.root(),
              erofs.inodeCount(),
              erofs.superblock().blocks(),
              erofs.superblock().buildTimeSeconds())
          : null;
    }
  }

  /** How many inodes there are of each type. */
  record InodeCounts(
      long directories,
      long regularFiles,
      long symlinks,
      long characterDevices,
      long blockDevices,
      long fifos,
      long sockets) {
    static InodeCounts of(ImageContents contents) {
      return new InodeCounts(
          contents.inodes(FileType.DIRECTORY),
          contents.inodes(FileType.REGULAR),
          contents.inodes(FileType.SYMLINK),
          contents.inodes(FileType.CHARACTER_DEVICE),
          contents.inodes(FileType.BLOCK_DEVICE),
          contents.inodes(FileType.FIFO),
          contents.inodes(FileType.SOCKET));
    }
  }

  static ImageInfo of(Path path) throws FsException {
    try (ImageFile file = ImageFile.open(path, null)) {
      MetadataImage image = ImageReader.open(file.bytes(), file.source());
      ImageContents contents = ImageContents.of(image);
      return new ImageInfo(
          file.source(),
          file.bytes().byteSize(),
          file.measure(HashAlgorithm.SHA256).toHex(),
          SuperblockInfo.of(image),
          InodeCounts.of(contents),
          contents.names(),
          contents.contentBytes(),
          contents.inlineFiles(),
          contents.unverifiableFiles(),
          contents.objects(),
          contents.objectBytes(),
          image.hasXattrs(),
          image.hasAcls());
    }
  }
}
