package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's fs-verity: see {@code Documentation/filesystems/fsverity.rst} and {@code
 * include/uapi/linux/fsverity.h}.
 */
public final class LinuxVerity {
  private static final long ENABLE = 0x40806685L; // FS_IOC_ENABLE_VERITY
  private static final long MEASURE = 0xC0046686L; // FS_IOC_MEASURE_VERITY

  /** struct fsverity_enable_arg. */
  private static final class EnableLayout {
    static final int SIZE = 128; // bytes
    static final int VERSION_AT = 0; // u32, 1
    static final int ALGORITHM_AT = 4; // u32
    static final int BLOCK_SIZE_AT = 8; // u32, bytes
  }

  /** struct fsverity_digest. */
  private static final class DigestLayout {
    static final int ALGORITHM_AT = 0; // u16, out
    static final int DIGEST_SIZE_AT = 2; // u16, bytes: in the room, out the length
    static final int DIGEST_AT = 4;
    static final int MAX_DIGEST = 64; // bytes, SHA-512
  }

  /** What came of {@link #enable}. */
  public enum Enabling {
    /** fs-verity protects the file now. */
    DONE,

    /** This file is not protected; another one may be. */
    FAILED,

    /** The file system or the kernel has no fs-verity: no file there can be protected. */
    UNSUPPORTED
  }

  private LinuxVerity() {}

  /**
   * {@code ioctl(fd, FS_IOC_MEASURE_VERITY, struct fsverity_digest *)}: the digest that the kernel
   * holds every read of the file against.
   *
   * <p>The answer is worth what the file system is worth. A FUSE server can make up any; see {@link
   * FileStat#hasVerity()}, which it cannot.
   *
   * @param subject what the message calls the file
   * @return null if the file, its file system or the kernel has no fs-verity
   * @throws FsException also EIO for an algorithm that no object is named by
   */
  public static @Nullable Digest measure(Fd fd, Object subject) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer =
          arena.allocate(DigestLayout.DIGEST_AT + DigestLayout.MAX_DIGEST, Short.BYTES);
      answer.set(JAVA_SHORT, DigestLayout.DIGEST_SIZE_AT, (short) DigestLayout.MAX_DIGEST);
      long result = Kernel.call(Syscall.IOCTL, fd, MEASURE, answer.address(), 0);
      if (Kernel.is(result, Errno.ENODATA)
          || Kernel.is(result, Errno.EOPNOTSUPP)
          || Kernel.is(result, Errno.ENOTTY)) {
        return null;
      }
      Kernel.check(result, "measure fs-verity", subject);
      int number = Short.toUnsignedInt(answer.get(JAVA_SHORT, DigestLayout.ALGORITHM_AT));
      int size = Short.toUnsignedInt(answer.get(JAVA_SHORT, DigestLayout.DIGEST_SIZE_AT));
      for (HashAlgorithm algorithm : HashAlgorithm.values()) {
        if (algorithm.number() == number && algorithm.digestSize() == size) {
          byte[] bytes = new byte[size];
          MemorySegment.copy(answer, JAVA_BYTE, DigestLayout.DIGEST_AT, bytes, 0, size);
          return Digest.of(algorithm, bytes);
        }
      }
      throw new FsException(
          Errno.EIO,
          "measure fs-verity '%s': found algorithm %d with %d bytes, expected SHA-256 or SHA-512"
              .formatted(subject, number, size));
    }
  }

  /**
   * {@code ioctl(fd, FS_IOC_ENABLE_VERITY, struct fsverity_enable_arg *)} with 4096-byte blocks and
   * no salt. Needs a descriptor for reading and nobody who has the file open for writing.
   */
  public static Enabling enable(Fd fd, HashAlgorithm algorithm) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(EnableLayout.SIZE, Long.BYTES);
      argument.set(JAVA_INT, EnableLayout.VERSION_AT, 1);
      argument.set(JAVA_INT, EnableLayout.ALGORITHM_AT, algorithm.number());
      argument.set(JAVA_INT, EnableLayout.BLOCK_SIZE_AT, 4096);
      long result = Kernel.call(Syscall.IOCTL, fd, ENABLE, argument.address(), 0);
      if (result == 0 || Kernel.is(result, Errno.EEXIST)) {
        return Enabling.DONE;
      }
      return Kernel.is(result, Errno.EOPNOTSUPP) || Kernel.is(result, Errno.ENOTTY)
          ? Enabling.UNSUPPORTED
          : Enabling.FAILED;
    }
  }
}
