package dev.jcomposefs.fuse.mount;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests with real mounts need, and whether it is there. */
final class Mounting {
  private static final Path DEVICE = Path.of("/dev/fuse");

  private Mounting() {}

  static void assumePossible() {
    assumeTrue(Files.exists(DEVICE), "there is no /dev/fuse");
    assumeTrue(
        Files.isReadable(DEVICE) && Files.isWritable(DEVICE), "/dev/fuse is not for this user");
  }

  /** A mount that somebody refuses here skips the test; any other failure is one. */
  static void assumePermitted(FsException failure) throws FsException {
    assumeTrue(failure.errno() != Errno.EPERM, () -> "mounting is not permitted: " + failure);
    throw failure;
  }

  static boolean isRoot() {
    return LinuxProcess.effectiveUserId() == 0;
  }

  /** Leaves nothing behind, whatever the test did. */
  static void clear(Path mountPoint) throws IOException {
    MountTable.Entry entry = MountTable.at(mountPoint);
    while (entry != null && entry.isComposefs()) {
      KernelMount.unmount(mountPoint, true);
      entry = MountTable.at(mountPoint);
    }
  }
}
