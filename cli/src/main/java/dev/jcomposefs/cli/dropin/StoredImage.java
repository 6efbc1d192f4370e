package dev.jcomposefs.cli.dropin;

import dev.jcomposefs.cache.image.ImageFile;
import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.tree.Tree;
import java.nio.file.Path;

/** Images as the programs read them: as a whole, and with failures in the C tools' words. */
final class StoredImage implements AutoCloseable {
  private final String program;
  private final String path;
  private final ImageFile file;

  private StoredImage(String program, String path, ImageFile file) {
    this.program = program;
    this.path = path;
    this.file = file;
  }

  /**
   * @param program what failures begin with
   */
  static StoredImage open(String program, String path) throws ProgramFailure {
    try {
      return new StoredImage(program, path, ImageFile.open(Path.of(path), null));
    } catch (FsException e) {
      // These are no failures of open(2): what was opened is no image file.
      boolean opened =
          switch (e.errno()) {
            case ENODEV, EFBIG, EIO -> true;
            default -> false;
          };
      throw failure(program, opened ? "Failed to load" : "Failed to open", path, e);
    }
  }

  /**
   * Finds out the format.
   *
   * @param complaint the words for a file that does not even begin as an image
   */
  MetadataImage image(String complaint) throws ProgramFailure {
    try {
      return ImageReader.open(file.bytes(), file.source());
    } catch (FsException e) {
      boolean begins = ImageBeginning.of(file.bytes()) == ImageBeginning.IMAGE;
      throw failure(program, begins ? "Failed to load" : complaint, path, e);
    }
  }

  /** Reads all of it; the tree stays when this is closed. */
  Tree tree() throws ProgramFailure {
    MetadataImage image = image("Failed to load");
    try {
      return ImageReader.toTree(image);
    } catch (FsException e) {
      throw failure(program, "Failed to load", path, e);
    }
  }

  private static ProgramFailure failure(
      String program, String complaint, String path, FsException e) {
    Errno errno = e instanceof CorruptImageException ? Errno.EINVAL : e.errno();
    return new ProgramFailure(
        "%s: %s '%s': %s\n".formatted(program, complaint, path, errno.text()), e);
  }

  @Override
  public void close() {
    file.close();
  }
}
