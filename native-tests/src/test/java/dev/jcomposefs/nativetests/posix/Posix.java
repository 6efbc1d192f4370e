package dev.jcomposefs.nativetests.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asking about files. Symbolic links at the end of a path are never followed. */
public final class Posix {
  private static final int WORKING_DIRECTORY = -100;
  private static final int NO_FOLLOW = 0x100;
  private static final int BASIC_STATS = 0x7ff;
  private static final int MAX_XATTR = 65536;
  private static final int MAX_TARGET = 4096;
  private static final int LISTING_ROOM = 1 << 16;

  // struct statx of statx(2)
  private static final int STATX_SIZE = 256;
  private static final long LINKS_AT = 16;
  private static final long OWNER_AT = 20;
  private static final long GROUP_AT = 24;
  private static final long MODE_AT = 28;
  private static final long INODE_AT = 32;
  private static final long SIZE_AT = 40;
  private static final long MODIFIED_SECONDS_AT = 112;
  private static final long MODIFIED_NANOS_AT = 120;
  private static final long RDEV_MAJOR_AT = 128;
  private static final long RDEV_MINOR_AT = 132;
  private static final long DEVICE_MAJOR_AT = 136;
  private static final long DEVICE_MINOR_AT = 140;

  // struct file_handle of open_by_handle_at(2): u32 bytes of the handle, s32 type, the handle
  static final int HANDLE_AT = 8;
  private static final int MAX_HANDLE = 128;

  // struct statfs of statfs(2), the same on 64-bit architectures
  private static final int STATFS_SIZE = 120;

  private Posix() {}

  /** A path that Java can write: only for those that the tests themselves chose. */
  public static ByteString path(Path path) {
    return ByteString.utf8(path.toString());
  }

  /** The path of an entry of a directory. */
  public static ByteString child(ByteString directory, ByteString name) {
    return directory.concat(ByteString.utf8("/")).concat(name);
  }

  /** The path of an entry of a directory. */
  public static ByteString child(ByteString directory, String name) {
    return child(directory, ByteString.utf8(name));
  }

  public static Stat stat(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(STATX_SIZE, Long.BYTES);
      Libc.STATX.call(
          path, WORKING_DIRECTORY, Libc.text(path, arena), NO_FOLLOW, BASIC_STATS, stat);
      return new Stat(
          pair(stat, DEVICE_MAJOR_AT, DEVICE_MINOR_AT),
          stat.get(JAVA_LONG, INODE_AT),
          Short.toUnsignedInt(stat.get(JAVA_SHORT, MODE_AT)),
          u32(stat, LINKS_AT),
          u32(stat, OWNER_AT),
          u32(stat, GROUP_AT),
          stat.get(JAVA_LONG, SIZE_AT),
          pair(stat, RDEV_MAJOR_AT, RDEV_MINOR_AT),
          stat.get(JAVA_LONG, MODIFIED_SECONDS_AT),
          stat.get(JAVA_INT, MODIFIED_NANOS_AT));
    }
  }

  private static long u32(MemorySegment struct, long at) {
    return Integer.toUnsignedLong(struct.get(JAVA_INT, at));
  }

  private static long pair(MemorySegment struct, long majorAt, long minorAt) {
    return u32(struct, majorAt) << 32 | u32(struct, minorAt);
  }

  /** Every entry but {@code .} and {@code ..}, in bytewise order. */
  public static List<DirectoryEntry> list(ByteString directory) throws FsException {
    List<DirectoryEntry> all = new ArrayList<>();
    try (OpenFile file = OpenFile.open(directory, OpenFile.READ_ONLY)) {
      List<DirectoryEntry> some = file.entries(LISTING_ROOM);
      while (!some.isEmpty()) {
        all.addAll(some);
        some = file.entries(LISTING_ROOM);
      }
    }
    all.removeIf(e -> e.name().equals(DOT) || e.name().equals(DOT_DOT));
    all.sort(Comparator.comparing(DirectoryEntry::name));
    return all;
  }

  private static final ByteString DOT = ByteString.utf8(".");
  private static final ByteString DOT_DOT = ByteString.utf8("..");

  public static ByteString readlink(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(MAX_TARGET);
      long length = Libc.READLINK.call(path, Libc.text(path, arena), target, target.byteSize());
      return ByteString.copyOf(target, 0, (int) length);
    }
  }

  /** Every extended attribute that the file lists, by key. */
  public static Map<ByteString, ByteString> xattrs(ByteString path) throws FsException {
    Map<ByteString, ByteString> all = new TreeMap<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = arena.allocate(MAX_XATTR);
      int length = (int) Libc.LLISTXATTR.call(path, Libc.text(path, arena), keys, keys.byteSize());
      int from = 0;
      for (int at = 0; at < length; at++) {
        if (keys.get(JAVA_BYTE, at) == 0) {
          ByteString key = ByteString.copyOf(keys, from, at - from);
          all.put(key, xattr(path, key));
          from = at + 1;
        }
      }
    }
    return all;
  }

  /** Fails with ENODATA if the file has none of that key. */
  public static ByteString xattr(ByteString path, ByteString key) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(MAX_XATTR);
      long length =
          Libc.LGETXATTR.call(
              path, Libc.text(path, arena), Libc.text(key, arena), value, value.byteSize());
      return ByteString.copyOf(value, 0, (int) length);
    }
  }

  /** How long the value is, which lgetxattr(2) tells for a buffer of no size. */
  public static long xattrLength(ByteString path, ByteString key, int room) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(Math.max(1, room));
      return Libc.LGETXATTR.call(
          path, Libc.text(path, arena), Libc.text(key, arena), value, (long) room);
    }
  }

  /** What {@link OpenFile#byHandle} opens a file by: its handle's type and bytes. */
  public static byte[] handle(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(HANDLE_AT + MAX_HANDLE, Long.BYTES);
      handle.set(JAVA_INT, 0, MAX_HANDLE);
      Libc.NAME_TO_HANDLE_AT.call(
          path, WORKING_DIRECTORY, Libc.text(path, arena), handle, arena.allocate(JAVA_INT), 0);
      return handle
          .asSlice(Integer.BYTES, HANDLE_AT - Integer.BYTES + handle.get(JAVA_INT, 0))
          .toArray(JAVA_BYTE);
    }
  }

  /** Reads a whole regular file of at most 2 GiB. */
  public static byte[] read(ByteString path) throws FsException {
    int size = Math.toIntExact(stat(path).size());
    try (OpenFile file = OpenFile.open(path, OpenFile.READ_ONLY)) {
      return file.read(0, size);
    }
  }

  /**
   * access(2): fails unless the caller may.
   *
   * @param wanted 4 to read, 2 to write, 1 to execute, added up; 0 whether it exists
   */
  public static void access(ByteString path, int wanted) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.ACCESS.call(path, Libc.text(path, arena), wanted);
    }
  }

  /** What statfs(2) says about the file system a path is on. */
  public static FileSystemStat statfs(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(STATFS_SIZE, Long.BYTES);
      Libc.STATFS.call(path, Libc.text(path, arena), stat);
      return new FileSystemStat(
          stat.get(JAVA_LONG, 0),
          stat.get(JAVA_LONG, 8),
          stat.get(JAVA_LONG, 16),
          stat.get(JAVA_LONG, 24),
          stat.get(JAVA_LONG, 40),
          stat.get(JAVA_LONG, 48),
          stat.get(JAVA_LONG, 64));
    }
  }
}
