package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Loop devices: block devices whose content is a file's. Needs root.
 *
 * <p>Source: Linux {@code include/uapi/linux/loop.h}, loop(4).
 */
public final class LinuxLoop {
  private static final ByteString CONTROL = ByteString.utf8("/dev/loop-control");

  private static final long CTL_GET_FREE = 0x4C82L; // LOOP_CTL_GET_FREE
  private static final long CONFIGURE = 0x4C0AL; // LOOP_CONFIGURE, since Linux 5.8

  private static final int READ_ONLY = 1; // LO_FLAGS_READ_ONLY
  private static final int AUTOCLEAR = 4; // LO_FLAGS_AUTOCLEAR
  private static final int DIRECT_IO = 16; // LO_FLAGS_DIRECT_IO

  /** How often a device that somebody else was quicker to take is asked for anew. */
  private static final int TRIES = 64;

  /** struct loop_config with struct loop_info64 in it. */
  private static final class ConfigLayout {
    static final int SIZE = 304; // bytes
    static final int FD_AT = 0; // u32
    static final int BLOCK_SIZE_AT = 4; // u32, bytes
    static final int FLAGS_AT = 8 + 52; // u32 lo_flags of the info
  }

  /**
   * A device that is taken.
   *
   * @param path such as {@code /dev/loop3}
   * @param descriptor the device is free again when this and every mount of it is closed
   */
  public record Device(ByteString path, Fd descriptor) implements AutoCloseable {
    @Override
    public void close() {
      descriptor.close();
    }
  }

  private LinuxLoop() {}

  /**
   * Takes a free device for a file, read-only, without a second page cache where the file's file
   * system can do without.
   *
   * @param blockSize bytes
   */
  public static Device attach(Fd file, int blockSize) throws FsException {
    try (Fd control = LinuxFiles.open(Fd.WORKING_DIRECTORY, CONTROL, OpenFlags.READ_WRITE, 0)) {
      for (int i = 1; ; i++) {
        long number =
            Kernel.check(Kernel.call(Syscall.IOCTL, control, CTL_GET_FREE, 0, 0), "get", CONTROL);
        ByteString path = ByteString.utf8("/dev/loop" + number);
        Fd device = LinuxFiles.open(Fd.WORKING_DIRECTORY, path, OpenFlags.READ_ONLY, 0);
        long result = configure(device, file, blockSize);
        if (result == 0) {
          return new Device(path, device);
        }
        device.close();
        if (!Kernel.is(result, Errno.EBUSY) || i == TRIES) {
          throw Kernel.failure(result, "configure", path);
        }
      }
    }
  }

  private static long configure(Fd device, Fd file, int blockSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(ConfigLayout.SIZE, Long.BYTES);
      config.set(JAVA_INT, ConfigLayout.FD_AT, file.number());
      config.set(JAVA_INT, ConfigLayout.BLOCK_SIZE_AT, blockSize);
      config.set(JAVA_INT, ConfigLayout.FLAGS_AT, READ_ONLY | AUTOCLEAR | DIRECT_IO);
      return Kernel.call(Syscall.IOCTL, device, CONFIGURE, config.address(), 0);
    }
  }
}
