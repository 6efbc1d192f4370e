package dev.jcomposefs.format.image;

import org.jspecify.annotations.Nullable;

/** The seven kinds of inode, with their bits in st_mode. Source: inode(7). */
public enum FileType {
  FIFO(0010000),
  CHARACTER_DEVICE(0020000),
  DIRECTORY(0040000),
  BLOCK_DEVICE(0060000),
  REGULAR(0100000),
  SYMLINK(0120000),
  SOCKET(0140000);

  /** The bits of st_mode that hold the type. */
  public static final int MASK = 0170000;

  private static final @Nullable FileType[] BY_NUMBER = new @Nullable FileType[16];

  static {
    for (FileType type : values()) {
      BY_NUMBER[type.direntType()] = type;
    }
  }

  private final int bits;

  FileType(int bits) {
    this.bits = bits;
  }

  /** The type's bits of st_mode. */
  public int bits() {
    return bits;
  }

  /** The {@code DT_} number that getdents(2) reports: the type bits shifted right by 12. */
  public int direntType() {
    return bits >> 12;
  }

  public boolean isDevice() {
    return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
  }

  /** The type in {@code mode}, or null when its type bits are none of the seven. */
  public static @Nullable FileType ofMode(int mode) {
    return BY_NUMBER[(mode & MASK) >> 12];
  }
}
