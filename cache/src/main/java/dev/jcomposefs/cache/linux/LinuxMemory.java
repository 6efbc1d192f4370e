package dev.jcomposefs.cache.linux;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that the kernel hands out: sealed files without a name, and mappings. */
public final class LinuxMemory {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;

  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int SEAL_ALL = 0x1 | 0x2 | 0x4 | 0x8; // SEAL, SHRINK, GROW, WRITE

  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;

  /**
   * Until Linux 6.7, a file sealed against writing cannot be mapped shared, not even read-only. A
   * private mapping that is never written to has the file's own pages all the same.
   */
  private static final int MAP_PRIVATE = 2;

  private static final int MAP_ANONYMOUS = 0x20;

  private LinuxMemory() {}

  /**
   * {@code int memfd_create(const char *name, unsigned int flags)}: an empty file in memory that
   * can be sealed.
   *
   * @param name what {@code /proc/self/maps} shows; at most 249 bytes
   */
  public static Fd newFile(String name) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long text = Kernel.path(ByteString.utf8(name), "memfd_create", arena).address();
      long result = Kernel.call(Syscall.MEMFD_CREATE, text, MFD_CLOEXEC | MFD_ALLOW_SEALING, 0);
      return Fd.adopt((int) Kernel.check(result, "memfd_create", name));
    }
  }

  /**
   * {@code int fcntl(int fd, F_ADD_SEALS, int seals)}: from now on nobody, whoever holds the file,
   * can write to it, cut it, let it grow, or take these seals off.
   */
  public static void seal(Fd file) throws FsException {
    Kernel.check(Kernel.call(Syscall.FCNTL, file, F_ADD_SEALS, SEAL_ALL, 0), "seal", file);
  }

  /**
   * {@code int fcntl(int fd, F_GET_SEALS)}: whether a file is sealed as {@link #seal} does it. One
   * that is no file in memory is not.
   */
  public static boolean isSealed(Fd file) {
    long seals = Kernel.call(Syscall.FCNTL, file, F_GET_SEALS, 0, 0);
    return seals >= 0 && (seals & SEAL_ALL) == SEAL_ALL;
  }

  /**
   * {@code void *mmap(NULL, size_t length, PROT_READ, MAP_PRIVATE, int fd, 0)}.
   *
   * <p>If somebody cuts the file, reading what is gone may end the virtual machine (SIGBUS): map
   * only what cannot be cut.
   *
   * @param size bytes, more than 0
   * @param arena its close unmaps
   * @return read-only
   */
  public static MemorySegment map(Fd file, long size, Arena arena) throws FsException {
    long address =
        Kernel.check(
            Kernel.callOn(Syscall.MMAP, 0, size, PROT_READ, MAP_PRIVATE, file, 0), "mmap", file);
    return MemorySegment.ofAddress(address)
        .reinterpret(size, arena, gone -> unmap(gone.address(), size))
        .asReadOnly();
  }

  /**
   * {@code void *mmap(NULL, size_t length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
   * 0)}: a buffer of zeros, of which only those pages take memory that were touched.
   *
   * @param size bytes, more than 0
   * @param arena its close unmaps
   */
  public static MemorySegment reserve(long size, Arena arena) throws FsException {
    long address =
        Kernel.check(
            Kernel.call(
                Syscall.MMAP, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            "mmap",
            "buffer");
    return MemorySegment.ofAddress(address)
        .reinterpret(size, arena, gone -> unmap(gone.address(), size));
  }

  private static void unmap(long address, long size) {
    Kernel.call(Syscall.MUNMAP, address, size, 0);
  }
}
