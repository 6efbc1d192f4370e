package dev.jcomposefs.cache.linux;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;

/** Who this process is, and what it inherits from where it was started. */
public final class LinuxProcess {
  private LinuxProcess() {}

  /** {@code uid_t getuid(void)}: the real user, unsigned 32 bits. */
  public static int userId() {
    return (int) Kernel.call(Syscall.GETUID, 0, 0, 0);
  }

  /** {@code gid_t getgid(void)}: the real group, unsigned 32 bits. */
  public static int groupId() {
    return (int) Kernel.call(Syscall.GETGID, 0, 0, 0);
  }

  /** {@code uid_t geteuid(void)}: the user whose rights count, unsigned 32 bits. */
  public static int effectiveUserId() {
    return (int) Kernel.call(Syscall.GETEUID, 0, 0, 0);
  }

  /**
   * {@code int chdir(const char *path)}. The JDK does not notice: from now on its relative paths
   * and those of the kernel may lead to different places, so absolute ones only.
   */
  public static void changeDirectory(ByteString path) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long address = Kernel.path(path, "chdir", arena).address();
      Kernel.check(Kernel.call(Syscall.CHDIR, address, 0, 0), "chdir", path);
    }
  }

  /**
   * {@code int dup3(int oldfd, int newfd, 0)}: makes a descriptor number lead to another file, also
   * for code that is not written in Java.
   *
   * @param number open or not; such as 2 for stderr
   */
  public static void redirect(int number, Fd to) throws FsException {
    Kernel.check(Kernel.call(Syscall.DUP3, to, number, 0, 0), "redirect", "fd " + number);
  }
}
