package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a FUSE file system into the tree and takes it out: directly where this process may, else
 * with the helper's help.
 *
 * <p>Source: Linux {@code fs/fuse/inode.c}, {@code fuse_fs_parameters}.
 */
final class KernelMount {
  private static final String PREFIX = "fuse.";

  /** What {@code /proc/mounts} shows as the type, unless a program has a name of its own. */
  static final String TYPE = PREFIX + MountOptions.SUBTYPE;

  /** Everything that may be shown. */
  static final Set<String> TYPES = Set.of(TYPE, PREFIX + MountOptions.COMPOSEFS_FUSE);

  private static final Path DEVICE = Path.of("/dev/fuse");

  private static final Logger LOG = LoggerFactory.getLogger(KernelMount.class);

  private KernelMount() {}

  /**
   * Mounts; from now on somebody has to answer.
   *
   * @return the mounted descriptor of /dev/fuse, the caller's to close
   */
  static Fd mount(Path directory, MountOptions.Kernel options) throws FsException {
    if (LinuxProcess.effectiveUserId() == 0) {
      try {
        return mountDirectly(directory, options);
      } catch (FsException e) {
        if (e.errno() != Errno.EPERM) {
          throw e;
        }
        LOG.debug("mount(2) is not permitted, trying fusermount3", e);
      }
    }
    return Fusermount.mount(directory, helperOptions(options));
  }

  private static Fd mountDirectly(Path directory, MountOptions.Kernel options) throws FsException {
    Fd device = LinuxFiles.open(DEVICE, OpenFlags.READ_WRITE);
    try {
      LinuxMounts.mount(
          ByteString.utf8(source(options)),
          LinuxFiles.bytesOf(directory),
          ByteString.utf8(PREFIX + options.subtype()),
          flags(options),
          ByteString.utf8(kernelOptions(options, device)));
      return device;
    } catch (Throwable t) {
      device.close();
      throw t;
    }
  }

  private static String source(MountOptions.Kernel options) {
    String name = options.fsName();
    return name == null ? options.subtype() : name;
  }

  private static long flags(MountOptions.Kernel options) {
    // Read-only is more than a promise: on a writable mount every read makes the kernel ask for the
    // attributes again.
    long flags = LinuxMounts.READ_ONLY;
    if (!options.setId()) {
      flags |= LinuxMounts.NO_SUID;
    }
    if (!options.devices()) {
      flags |= LinuxMounts.NO_DEV;
    }
    return flags;
  }

  /** The kernel checks the permissions itself: it has the attributes. */
  private static String kernelOptions(MountOptions.Kernel options, Fd device) {
    // Put together by hand: a first number that is formatted brings half of the locales with it.
    return "fd="
        + device.number()
        + ",rootmode=40000,user_id="
        + Integer.toUnsignedString(LinuxProcess.userId())
        + ",group_id="
        + Integer.toUnsignedString(LinuxProcess.groupId())
        + ",default_permissions"
        + (options.allowOther() ? ",allow_other" : "");
  }

  static String helperOptions(MountOptions.Kernel options) {
    return "ro,nosuid,nodev,default_permissions,subtype=%s,fsname=%s%s"
        .formatted(
            options.subtype(),
            source(options).replace("\\", "\\\\").replace(",", "\\,"),
            options.allowOther() ? ",allow_other" : "");
  }

  /**
   * Unmounts.
   *
   * @param directory absolute, without symbolic links
   * @param lazily out of the tree now, even while files in it are open; else EBUSY for that
   */
  static void unmount(Path directory, boolean lazily) throws FsException {
    if (LinuxProcess.effectiveUserId() == 0) {
      try {
        LinuxMounts.unmount(
            LinuxFiles.bytesOf(directory),
            LinuxMounts.NO_FOLLOW | (lazily ? LinuxMounts.DETACH : 0));
        return;
      } catch (FsException e) {
        if (e.errno() != Errno.EPERM) {
          throw e;
        }
      }
    }
    Fusermount.unmount(directory, lazily);
  }
}
