package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jcomposefs.format.image.FileType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What statx(2) says about a file.
 *
 * @param identity which file, and which state of its content
 * @param mount the mount through which it was opened: a number that no other mount ever had or will
 *     have; 0 before Linux 6.8
 * @param mode st_mode: type and permissions, 16 bits
 * @param nlink unsigned 32 bits
 * @param uid unsigned 32 bits
 * @param gid unsigned 32 bits
 * @param rdev device number in Linux's 32-bit encoding, 0 unless a device
 * @param hasVerity whether the file system itself, not a server behind it, says that fs-verity
 *     protects the file
 */
public record FileStat(
    FileIdentity identity,
    long mount,
    int mode,
    int nlink,
    int uid,
    int gid,
    int rdev,
    boolean hasVerity) {

  /** The type, or null when the mode has none that is known. */
  public @Nullable FileType type() {
    return FileType.ofMode(mode);
  }

  public boolean isRegular() {
    return type() == FileType.REGULAR;
  }

  /** Bytes. */
  public long size() {
    return identity.size();
  }

  /** The type in words, for messages. */
  public String typeText() {
    FileType type = type();
    return switch (type) {
      case null -> "file of mode %o".formatted(mode);
      case FIFO -> "fifo";
      case CHARACTER_DEVICE -> "character device";
      case DIRECTORY -> "directory";
      case BLOCK_DEVICE -> "block device";
      case REGULAR -> "regular file";
      case SYMLINK -> "symbolic link";
      case SOCKET -> "socket";
    };
  }

  /**
   * struct statx of {@code include/uapi/linux/stat.h}, native byte order, the same on both
   * architectures. Hand offsets rather than a layout with handles: those are paid for at start-up.
   */
  static final class Layout {
    static final int SIZE = 256; // bytes
    static final int MASK_AT = 0; // u32
    static final int ATTRIBUTES_AT = 8; // u64
    static final int NLINK_AT = 16; // u32
    static final int UID_AT = 20; // u32
    static final int GID_AT = 24; // u32
    static final int MODE_AT = 28; // u16
    static final int INO_AT = 32; // u64
    static final int SIZE_AT = 40; // u64, bytes
    static final int CTIME_AT = 96; // s64 seconds, u32 nanoseconds
    static final int MTIME_AT = 112; // s64 seconds, u32 nanoseconds
    static final int RDEV_MAJOR_AT = 128; // u32
    static final int RDEV_MINOR_AT = 132; // u32
    static final int DEV_MAJOR_AT = 136; // u32
    static final int DEV_MINOR_AT = 140; // u32
    static final int MOUNT_AT = 144; // u64

    static final int NANOS = 8; // from a time's seconds to its nanoseconds

    static final long ATTRIBUTE_VERITY = 0x00100000;

    private Layout() {}
  }

  /** Whether the struct is about this state of this file. */
  static boolean hasIdentity(MemorySegment statx, FileIdentity identity) {
    return identity.inode() == statx.get(JAVA_LONG, Layout.INO_AT)
        && identity.device() == device(statx)
        && identity.size() == statx.get(JAVA_LONG, Layout.SIZE_AT)
        && identity.mtimeSeconds() == statx.get(JAVA_LONG, Layout.MTIME_AT)
        && identity.mtimeNanos() == statx.get(JAVA_INT, Layout.MTIME_AT + Layout.NANOS)
        && identity.ctimeSeconds() == statx.get(JAVA_LONG, Layout.CTIME_AT)
        && identity.ctimeNanos() == statx.get(JAVA_INT, Layout.CTIME_AT + Layout.NANOS);
  }

  private static long device(MemorySegment statx) {
    return ((long) statx.get(JAVA_INT, Layout.DEV_MAJOR_AT) << 32)
        | Integer.toUnsignedLong(statx.get(JAVA_INT, Layout.DEV_MINOR_AT));
  }

  static FileStat decode(MemorySegment statx) {
    return new FileStat(
        new FileIdentity(
            device(statx),
            statx.get(JAVA_LONG, Layout.INO_AT),
            statx.get(JAVA_LONG, Layout.SIZE_AT),
            statx.get(JAVA_LONG, Layout.MTIME_AT),
            statx.get(JAVA_INT, Layout.MTIME_AT + Layout.NANOS),
            statx.get(JAVA_LONG, Layout.CTIME_AT),
            statx.get(JAVA_INT, Layout.CTIME_AT + Layout.NANOS)),
        mountOf(statx),
        Short.toUnsignedInt(statx.get(JAVA_SHORT, Layout.MODE_AT)),
        statx.get(JAVA_INT, Layout.NLINK_AT),
        statx.get(JAVA_INT, Layout.UID_AT),
        statx.get(JAVA_INT, Layout.GID_AT),
        deviceNumber(
            statx.get(JAVA_INT, Layout.RDEV_MAJOR_AT), statx.get(JAVA_INT, Layout.RDEV_MINOR_AT)),
        (statx.get(JAVA_LONG, Layout.ATTRIBUTES_AT) & Layout.ATTRIBUTE_VERITY) != 0);
  }

  private static long mountOf(MemorySegment statx) {
    boolean known = (statx.get(JAVA_INT, Layout.MASK_AT) & LinuxFiles.STATX_MNT_ID_UNIQUE) != 0;
    return known ? statx.get(JAVA_LONG, Layout.MOUNT_AT) : 0;
  }

  /** new_encode_dev of Linux {@code include/linux/kdev_t.h}. */
  static int deviceNumber(int major, int minor) {
    return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  }
}
