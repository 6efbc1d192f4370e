package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.fuse.mount.Mount;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;

/** The process that keeps a mount when its server dies, and starts the next one. */
sealed interface Holder permits HoldingScript, DescriptorStore {
  /**
   * Mounts the image, and leaves with the holder what the next server needs; or goes on with the
   * mount of a server that has died.
   */
  Mount open(Path image, Path directory, MountOptions options) throws IOException;

  /** The mount is gone: there is nothing to keep any more. */
  void end() throws IOException;

  /** What {@code jcfs status} says about it. */
  MountStatus.Supervision status();

  /** The process whose number the mount's files in the control directory have. */
  long owner();
}
