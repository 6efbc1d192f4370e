package dev.jcomposefs.cache.store;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.util.List;

/** Opens a file beneath a directory, through no symbolic link. */
interface BeneathOpener {
  /**
   * @param path as {@link BackingPath} allows it
   * @param names its components
   * @param flags of {@link OpenFlags}
   */
  Fd open(Fd base, ByteString path, List<ByteString> names, int flags) throws FsException;

  /** openat2(2): the kernel does it all in one call. */
  BeneathOpener IN_ONE_CALL =
      (base, path, names, flags) -> LinuxFiles.openBeneath(base, path, flags | OpenFlags.NO_FOLLOW);

  /**
   * For kernels before 5.6 and for sandboxes: one component after the other, each relative to the
   * one before. Without {@code ..} and links, no step can lead out.
   */
  BeneathOpener STEP_BY_STEP =
      (base, path, names, flags) -> {
        int inner = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
        Fd directory = base;
        try {
          for (ByteString name : names.subList(0, names.size() - 1)) {
            Fd next = LinuxFiles.open(directory, name, inner, 0);
            if (directory != base) {
              directory.close();
            }
            directory = next;
          }
          return LinuxFiles.open(directory, names.getLast(), flags | OpenFlags.NO_FOLLOW, 0);
        } finally {
          if (directory != base) {
            directory.close();
          }
        }
      };

  /** What this system can do, found out by trying. */
  static BeneathOpener supported() throws FsException {
    ByteString here = ByteString.utf8(".");
    try {
      LinuxFiles.openBeneath(Fd.WORKING_DIRECTORY, here, OpenFlags.PATH).close();
      return IN_ONE_CALL;
    } catch (FsException e) {
      // Some seccomp filters refuse calls they do not know with EPERM rather than ENOSYS.
      if (e.errno() == Errno.ENOSYS || e.errno() == Errno.EPERM) {
        return STEP_BY_STEP;
      }
      throw e;
    }
  }
}
