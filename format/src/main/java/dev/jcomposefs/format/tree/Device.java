package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.FileType;

/** A character or block device. */
public final class Device extends Node {
  private final int rdev;

  /**
   * @param rdev device number in Linux's 32-bit encoding
   * @throws IllegalArgumentException if the mode is not a device's
   */
  public Device(Metadata metadata, int rdev) {
    super(metadata);
    if (!type().isDevice()) {
      throw new IllegalArgumentException(
          "mode: found %o, expected a device".formatted(metadata.mode()));
    }
    this.rdev = rdev;
  }

  @Override
  public FileType type() {
    return (mode() & FileType.MASK) == FileType.BLOCK_DEVICE.bits()
        ? FileType.BLOCK_DEVICE
        : FileType.CHARACTER_DEVICE;
  }

  /** Device number in Linux's 32-bit encoding. */
  public int rdev() {
    return rdev;
  }

  /** Whether overlayfs takes this for a deleted name: a character device 0:0. */
  public boolean isWhiteout() {
    return rdev == 0 && type() == FileType.CHARACTER_DEVICE;
  }
}
