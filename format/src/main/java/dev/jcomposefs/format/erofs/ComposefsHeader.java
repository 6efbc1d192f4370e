package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ImageBytes;

/**
 * What stands in front of the superblock and makes an EROFS image a composefs image.
 *
 * @param version of this header; always 1
 * @param flags bit 0: some inode has a POSIX ACL; others have no meaning yet
 * @param formatVersion how the image was written, 0 to 2
 */
public record ComposefsHeader(int version, int flags, int formatVersion) {
  private static final int FORMAT_VERSION_MAX = 2;

  /**
   * Reads it.
   *
   * @param in an image, or no more than its beginning
   * @throws FsException for a file that is no composefs image, or one of another version
   */
  public static ComposefsHeader decode(ImageBytes in) throws FsException {
    long at = HeaderLayout.AT;
    int magic = in.s32(at + HeaderLayout.MAGIC_AT);
    if (magic != HeaderLayout.MAGIC) {
      throw notComposefs(in, magic);
    }
    int version = in.s32(at + HeaderLayout.VERSION_AT);
    if (version != HeaderLayout.VERSION) {
      throw new UnsupportedImageException(
          in.source(),
          "composefs header version is %s, supported is %d"
              .formatted(Integer.toUnsignedString(version), HeaderLayout.VERSION));
    }
    int formatVersion = in.s32(at + HeaderLayout.FORMAT_VERSION_AT);
    if (formatVersion < 0 || formatVersion > FORMAT_VERSION_MAX) {
      throw new UnsupportedImageException(
          in.source(),
          "composefs format version is %s, supported are 0 to %d"
              .formatted(Integer.toUnsignedString(formatVersion), FORMAT_VERSION_MAX));
    }
    return new ComposefsHeader(version, in.s32(at + HeaderLayout.FLAGS_AT), formatVersion);
  }

  /** Whether the writer says that some inode has a POSIX ACL. Format version 2 never says so. */
  public boolean hasAcls() {
    return (flags & HeaderLayout.FLAG_HAS_ACL) != 0;
  }

  private static FsException notComposefs(ImageBytes in, int magic) throws CorruptImageException {
    long superblock = SuperblockLayout.AT;
    if (in.size() >= superblock + SuperblockLayout.SIZE
        && in.s32(superblock + SuperblockLayout.MAGIC_AT) == SuperblockLayout.MAGIC) {
      return new UnsupportedImageException(
          in.source(), "plain EROFS image, expected one with a composefs header");
    }
    return in.corrupt(
        HeaderLayout.AT, "composefs magic is 0x%08x, expected 0x%08x", magic, HeaderLayout.MAGIC);
  }
}
