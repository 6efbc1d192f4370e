package dev.jcomposefs.nativetests.posix;

import dev.jcomposefs.format.image.FileType;

/**
 * What statx(2) says about a file.
 *
 * @param device of the file system, as major and minor number in one
 * @param inode number within the file system
 * @param mode type and permissions, 16 bits
 * @param links hard links
 * @param owner user id, 0 to 2^32-1
 * @param group group id, 0 to 2^32-1
 * @param size bytes
 * @param rdev for a device its number, major shifted left by 32 and minor
 * @param seconds of the last modification, since 1970
 * @param nanos of the last modification, 0 to 999,999,999
 */
public record Stat(
    long device,
    long inode,
    int mode,
    long links,
    long owner,
    long group,
    long size,
    long rdev,
    long seconds,
    int nanos) {

  public FileType type() {
    FileType type = FileType.ofMode(mode);
    if (type == null) {
      throw new AssertionError("mode %o has no valid type".formatted(mode));
    }
    return type;
  }
}
