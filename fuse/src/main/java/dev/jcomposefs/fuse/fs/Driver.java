package dev.jcomposefs.fuse.fs;

import java.io.IOException;
import java.util.Map;

/**
 * Carries the kernel's requests from a mounted descriptor of /dev/fuse to an {@link
 * ImageFileSystem} and the answers back, on threads of its own, until the mount is gone. Unmounting
 * is how to stop it.
 *
 * <p>Thread-safe.
 */
public interface Driver {
  /** A word for it, as a user would choose it by. */
  String name();

  /** How the bytes of objects get to the kernel. */
  DataPath dataPath();

  /**
   * How many requests of each kind the kernel has made, by the protocol's names in lower case;
   * empty if the driver does not count.
   */
  default Map<String, Long> requests() {
    return Map.of();
  }

  /**
   * Begins to serve; called once.
   *
   * @param descriptor of /dev/fuse, mounted; from now on the driver's to close, even if this throws
   * @param whenEnded run once when the kernel has let go of the mount and no thread uses the file
   *     system any more; not if this throws
   */
  void start(int descriptor, Runnable whenEnded) throws IOException;

  /** How the bytes of objects get to the kernel. */
  enum DataPath {
    /** Through this process, every block checked on its way. */
    COPY,

    /**
     * The same, and the kernel opens files without asking, so that one that fails its check does so
     * when it is first read.
     */
    NO_OPEN,

    /**
     * The kernel reads the object itself, and shares what it has read with everybody who uses it.
     * The object has been checked as a whole when it was opened, and is not checked again while it
     * is open, except by the kernel's own fs-verity.
     */
    PASSTHROUGH
  }
}
