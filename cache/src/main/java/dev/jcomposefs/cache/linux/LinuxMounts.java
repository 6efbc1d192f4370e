package dev.jcomposefs.cache.linux;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;

/** Putting file systems into the tree and taking them out. */
public final class LinuxMounts {
  public static final long READ_ONLY = 1;
  public static final long NO_SUID = 2;
  public static final long NO_DEV = 4;

  /** For {@link #unmount}: out of the tree now, gone when nobody uses it any more. */
  public static final int DETACH = 2;

  /** For {@link #unmount}: do not follow a symbolic link at the end of the path. */
  public static final int NO_FOLLOW = 8;

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
}
