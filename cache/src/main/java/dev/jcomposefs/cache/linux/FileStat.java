package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
    static final int WORDS = SIZE / Long.BYTES;
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
  static boolean hasIdentity(long[] statx, FileIdentity identity) {
    return identity.inode() == s64(statx, Layout.INO_AT)
        && identity.device() == device(statx)
        && identity.size() == s64(statx, Layout.SIZE_AT)
        && identity.mtimeSeconds() == s64(statx, Layout.MTIME_AT)
        && identity.mtimeNanos() == u32(statx, Layout.MTIME_AT + Layout.NANOS)
        && identity.ctimeSeconds() == s64(statx, Layout.CTIME_AT)
        && identity.ctimeNanos() == u32(statx, Layout.CTIME_AT + Layout.NANOS);
  }

  private static long device(long[] statx) {
    return ((long) u32(statx, Layout.DEV_MAJOR_AT) << 32)
        | Integer.toUnsignedLong(u32(statx, Layout.DEV_MINOR_AT));
  }

  /**
   * Copies the struct to where it is decoded from. To compile twenty accesses to native memory in
   * one method takes the compilers 10 MB; to an array, next to nothing.
   *
   * @param words {@link Layout#WORDS} of them
   */
  static void copy(MemorySegment statx, long[] words) {
    MemorySegment.copy(statx, JAVA_LONG, 0, words, 0, Layout.WORDS);
  }

  static FileStat decode(long[] statx) {
    return new FileStat(
        new FileIdentity(
            device(statx),
            s64(statx, Layout.INO_AT),
            s64(statx, Layout.SIZE_AT),
            s64(statx, Layout.MTIME_AT),
            u32(statx, Layout.MTIME_AT + Layout.NANOS),
            s64(statx, Layout.CTIME_AT),
            u32(statx, Layout.CTIME_AT + Layout.NANOS)),
        mountOf(statx),
        u32(statx, Layout.MODE_AT) & 0xffff,
        u32(statx, Layout.NLINK_AT),
        u32(statx, Layout.UID_AT),
        u32(statx, Layout.GID_AT),
        deviceNumber(u32(statx, Layout.RDEV_MAJOR_AT), u32(statx, Layout.RDEV_MINOR_AT)),
        (s64(statx, Layout.ATTRIBUTES_AT) & Layout.ATTRIBUTE_VERITY) != 0);
  }

  private static long mountOf(long[] statx) {
    boolean known = (u32(statx, Layout.MASK_AT) & LinuxFiles.STATX_MNT_ID_UNIQUE) != 0;
    return known ? s64(statx, Layout.MOUNT_AT) : 0;
  }

  private static long s64(long[] statx, int at) {
    return statx[at / Long.BYTES];
  }

  /** Both architectures are little-endian. */
  private static int u32(long[] statx, int at) {
    return (int) (statx[at / Long.BYTES] >>> (at % Long.BYTES * Byte.SIZE));
  }

  /** new_encode_dev of Linux {@code include/linux/kdev_t.h}. */
  static int deviceNumber(int major, int minor) {
    return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  }
}
