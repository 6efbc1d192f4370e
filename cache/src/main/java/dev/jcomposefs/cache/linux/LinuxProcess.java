package dev.jcomposefs.cache.linux;

/** Who this process is. */
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
}
