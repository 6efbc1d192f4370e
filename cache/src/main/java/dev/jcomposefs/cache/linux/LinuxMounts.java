package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Putting file systems into the tree and taking them out. */
public final class LinuxMounts {
  public static final long READ_ONLY = 1;
  public static final long NO_SUID = 2;
  public static final long NO_DEV = 4;

  /** For {@link #unmount}: out of the tree now, gone when nobody uses it any more. */
  public static final int DETACH = 2;

  /** For {@link #unmount}: do not follow a symbolic link at the end of the path. */
  public static final int NO_FOLLOW = 8;

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final int OPEN_TREE_CLONE = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final long MOUNT_ATTR_IDMAP = 0x00100000;

  /**
   * struct mount_attr of {@code include/uapi/linux/mount.h}: attributes to set, to clear,
   * propagation, descriptor of a user namespace; u64 each.
   */
  private static final int MOUNT_ATTR_SIZE = 32; // bytes

  private static final int MOUNT_ATTR_NAMESPACE_AT = 24;

  private LinuxMounts() {}

  /**
   * {@code int mount(const char *source, const char *target, const char *type, unsigned long flags,
   * const void *data)}, see mount(2).
   *
   * @param flags such as {@link #READ_ONLY}
   * @param data options as the file system wants them, comma-separated
   */
  public static void mount(
      ByteString source, ByteString target, ByteString type, long flags, ByteString data)
      throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long result =
          Kernel.call(
              Syscall.MOUNT,
              Kernel.path(source, "mount", arena).address(),
              Kernel.path(target, "mount", arena).address(),
              Kernel.path(type, "mount", arena).address(),
              flags,
              Kernel.path(data, "mount", arena).address(),
              0);
      Kernel.check(result, "mount", target);
    }
  }

  /**
   * {@code int umount2(const char *target, int flags)}.
   *
   * @param flags of {@link #DETACH} and {@link #NO_FOLLOW}
   */
  public static void unmount(ByteString target, int flags) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long path = Kernel.path(target, "umount", arena).address();
      Kernel.check(Kernel.call(Syscall.UMOUNT2, path, flags, 0), "umount", target);
    }
  }

  /**
   * {@code int open_tree(AT_FDCWD, const char *path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)}: a mount
   * of the same file system that is nowhere in the tree yet; closing it takes it away. Since Linux
   * 5.2.
   */
  public static Fd copy(ByteString mounted) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long path = Kernel.path(mounted, "open_tree", arena).address();
      long flags = OPEN_TREE_CLONE | OpenFlags.CLOSE_ON_EXEC;
      long result = Kernel.call(Syscall.OPEN_TREE, AT_FDCWD, path, flags);
      return Fd.adopt((int) Kernel.check(result, "open_tree", mounted));
    }
  }

  /**
   * {@code int mount_setattr(mount, "", AT_EMPTY_PATH, struct mount_attr *, size_t)} with
   * MOUNT_ATTR_IDMAP: owners are seen through the mapping of a user namespace. Since Linux 5.12.
   *
   * @param mount one that is nowhere in the tree yet
   * @param userNamespace as {@code /proc/PID/ns/user} opens it
   * @throws FsException EINVAL for a file system that has no such thing, or what is no user
   *     namespace; EPERM for the initial one, which maps nothing
   */
  public static void mapOwners(Fd mount, Fd userNamespace) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(MOUNT_ATTR_SIZE, Long.BYTES);
      attributes.set(JAVA_LONG, 0, MOUNT_ATTR_IDMAP);
      attributes.set(JAVA_LONG, MOUNT_ATTR_NAMESPACE_AT, userNamespace.number());
      Kernel.check(
          Kernel.call(
              Syscall.MOUNT_SETATTR,
              mount,
              Kernel.path(ByteString.EMPTY, "mount_setattr", arena).address(),
              AT_EMPTY_PATH,
              attributes.address(),
              MOUNT_ATTR_SIZE,
              0),
          "mount_setattr",
          "idmap");
    }
  }

  /**
   * {@code int move_mount(mount, "", AT_FDCWD, const char *target, MOVE_MOUNT_F_EMPTY_PATH)}: puts
   * a mount into the tree. Since Linux 5.2.
   *
   * @param mount as {@link #copy} or {@link LinuxFileSystem#mount} gave it; may be closed then
   */
  public static void attach(Fd mount, ByteString target) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long empty = Kernel.path(ByteString.EMPTY, "move_mount", arena).address();
      long path = Kernel.path(target, "move_mount", arena).address();
      long result =
          Kernel.call(Syscall.MOVE_MOUNT, mount, empty, AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH, 0);
      Kernel.check(result, "mount", target);
    }
  }
}
