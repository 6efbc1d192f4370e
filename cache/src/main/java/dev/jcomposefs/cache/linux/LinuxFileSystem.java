package dev.jcomposefs.cache.linux;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A file system that is being set up, option by option, with the calls that Linux has for it since
 * 5.2: {@code fsopen}, {@code fsconfig} and {@code fsmount}.
 *
 * <p>Source: Linux {@code include/uapi/linux/mount.h}, {@code fs/fsopen.c}.
 */
public final class LinuxFileSystem implements AutoCloseable {
  /** For {@link #mount}. */
  public static final int READ_ONLY = 1; // MOUNT_ATTR_RDONLY

  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;

  private static final int FSCONFIG_SET_FLAG = 0;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;

  /** The longest value that the kernel takes, bytes without the NUL. */
  private static final int MAX_VALUE = 255;

  private final String type;
  private final Fd context;

  private LinuxFileSystem(String type, Fd context) {
    this.type = type;
    this.context = context;
  }

  /**
   * {@code int fsopen(const char *type, FSOPEN_CLOEXEC)}.
   *
   * @throws FsException ENODEV if the kernel has no such file system, EPERM without the right to
   *     mount
   */
  public static LinuxFileSystem open(String type) throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long name = Kernel.path(ByteString.utf8(type), "fsopen", arena).address();
      long result = Kernel.call(Syscall.FSOPEN, name, FSOPEN_CLOEXEC, 0);
      return new LinuxFileSystem(type, Fd.adopt((int) Kernel.check(result, "fsopen", type)));
    }
  }

  /** Sets an option that has no value; EINVAL if there is no such option. */
  public void set(String option) throws FsException {
    configure(FSCONFIG_SET_FLAG, option, null);
  }

  /**
   * Sets an option.
   *
   * @throws FsException EINVAL if there is no such option, or it takes no such value; ENAMETOOLONG
   *     for a value of more than {@value #MAX_VALUE} bytes, which the kernel does not take
   */
  public void set(String option, ByteString value) throws FsException {
    if (value.length() > MAX_VALUE) {
      throw Kernel.failure(Errno.ENAMETOOLONG, type, option);
    }
    configure(FSCONFIG_SET_STRING, option, value);
  }

  public void set(String option, String value) throws FsException {
    set(option, ByteString.utf8(value));
  }

  private void configure(int command, String option, @Nullable ByteString value)
      throws FsException {
    try (Arena arena = Arena.ofConfined()) {
      long key = Kernel.path(ByteString.utf8(option), type, arena).address();
      long text = value == null ? 0 : Kernel.path(value, type, arena).address();
      Kernel.check(Kernel.call(Syscall.FSCONFIG, context, command, key, text, 0, 0), type, option);
    }
  }

  /**
   * Makes the file system of what has been set, and a mount of it that is nowhere in the tree yet.
   *
   * @param attributes 0 or {@link #READ_ONLY}
   * @return for {@link LinuxMounts#attach}; closing it takes the mount away if it was not attached
   */
  public Fd mount(int attributes) throws FsException {
    Kernel.check(
        Kernel.call(Syscall.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0, 0), "mount", type);
    long result = Kernel.call(Syscall.FSMOUNT, context, FSMOUNT_CLOEXEC, attributes, 0);
    return Fd.adopt((int) Kernel.check(result, "fsmount", type));
  }

  @Override
  public void close() {
    context.close();
  }
}
