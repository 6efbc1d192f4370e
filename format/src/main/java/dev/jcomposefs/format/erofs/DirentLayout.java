package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Directory entry, little-endian. A directory block starts with the entries, one after the other in
 * bytewise order of their names; the names follow back to back. A name ends where the next one
 * starts, the last one at the first zero byte or the end of the block. Source: Linux {@code
 * fs/erofs/erofs_fs.h}, struct erofs_dirent; {@code include/uapi/linux/fs_types.h}, FT_*.
 */
final class DirentLayout {
  static final int SIZE = 12; // bytes
  static final int NAME_MAX = 255; // bytes, EROFS_NAME_LEN
  static final int PER_BLOCK_MAX = SuperblockLayout.BLOCK_SIZE / SIZE;

  static final int NID_AT = 0; // u64, inode slot
  static final int NAME_OFFSET_AT = 8; // u16, bytes from start of block
  static final int TYPE_AT = 10; // u8, see typeOf
  static final int RESERVED_AT = 11; // u8, 0

  private static final @Nullable FileType[] TYPES = {
    null,
    FileType.REGULAR,
    FileType.DIRECTORY,
    FileType.CHARACTER_DEVICE,
    FileType.BLOCK_DEVICE,
    FileType.FIFO,
    FileType.SOCKET,
    FileType.SYMLINK,
  };

  private DirentLayout() {}

  /** The type that a TYPE_AT byte means, or null when it means none. */
  static @Nullable FileType typeOf(int number) {
    return number < TYPES.length ? TYPES[number] : null;
  }

  /** What TYPE_AT holds for a type. */
  static int numberOf(FileType type) {
    return switch (type) {
      case REGULAR -> 1;
      case DIRECTORY -> 2;
      case CHARACTER_DEVICE -> 3;
      case BLOCK_DEVICE -> 4;
      case FIFO -> 5;
      case SOCKET -> 6;
      case SYMLINK -> 7;
    };
  }
}
