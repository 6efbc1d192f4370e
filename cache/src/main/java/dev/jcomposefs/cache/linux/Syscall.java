package dev.jcomposefs.cache.linux;

/**
 * Numbers of the system calls in use.
 *
 * <p>Source: Linux {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code
 * include/uapi/asm-generic/unistd.h}, which aarch64 follows.
 */
enum Syscall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  LSEEK(8, 62),
  MMAP(9, 222),
  MUNMAP(11, 215),
  IOCTL(16, 29),
  PREAD64(17, 67),
  PWRITE64(18, 68),
  MADVISE(28, 233),
  GETPID(39, 172),
  SENDFILE(40, 71),
  SOCKET(41, 198),
  SENDMSG(46, 211),
  RECVMSG(47, 212),
  SHUTDOWN(48, 210),
  BIND(49, 200),
  LISTEN(50, 201),
  SOCKETPAIR(53, 199),
  WAIT4(61, 260),
  KILL(62, 129),
  FCNTL(72, 25),
  FSYNC(74, 82),
  FTRUNCATE(77, 46),
  CHDIR(80, 49),
  FCHMOD(91, 52),
  GETUID(102, 174),
  GETGID(104, 176),
  GETEUID(107, 175),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  LGETXATTR(192, 9),
  FGETXATTR(193, 10),
  LLISTXATTR(195, 12),
  FLISTXATTR(196, 13),
  GETDENTS64(217, 61),
  FADVISE64(221, 223),
  CLOCK_GETTIME(228, 113),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  UNLINKAT(263, 35),
  LINKAT(265, 37),
  READLINKAT(267, 78),
  PPOLL(271, 73),
  UNSHARE(272, 97),
  FALLOCATE(285, 47),
  ACCEPT4(288, 242),
  DUP3(292, 24),
  PIPE2(293, 59),
  PRLIMIT64(302, 261),
  SYNCFS(306, 267),
  RENAMEAT2(316, 276),
  MEMFD_CREATE(319, 279),
  STATX(332, 291),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  OPENAT2(437, 437),
  MOUNT_SETATTR(442, 442);

  private final int x86;
  private final int aarch64;

  Syscall(int x86, int aarch64) {
    this.x86 = x86;
    this.aarch64 = aarch64;
  }

  int numberOn(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x86;
      case AARCH64 -> aarch64;
    };
  }
}
