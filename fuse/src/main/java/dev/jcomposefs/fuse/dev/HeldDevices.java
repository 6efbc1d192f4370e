package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.format.error.FsException;
import java.util.List;

/**
 * Descriptors of {@code /dev/fuse} that another process, the <i>holder</i>, has open too: the same
 * open files, not just the same device. With them the connection outlives this process.
 *
 * <p>The kernel keeps, for each open file of the connection, the requests that were received there
 * and not answered, and fails them when the file is closed for the last time. So a server that may
 * be replaced receives on held descriptors only. Whether reading waits is a property of the open
 * file too, and so there are at least two of them.
 *
 * @param waiting reading from it waits for a request
 * @param looking reading from them does not; at least one
 */
public record HeldDevices(Fd waiting, List<Fd> looking) {
  public HeldDevices {
    looking = List.copyOf(looking);
    if (looking.isEmpty()) {
      throw new IllegalArgumentException("found one device, expected two or more");
    }
  }

  /** The first of several waits, the others look. */
  public static HeldDevices of(List<Fd> devices) {
    return new HeldDevices(devices.getFirst(), devices.subList(1, devices.size()));
  }

  /**
   * Makes them descriptors of a connection; they must not have one yet.
   *
   * @param mounted a descriptor that a mount uses; may be closed afterwards
   */
  void attach(Fd mounted) throws FsException {
    LinuxFuse.attach(waiting, mounted);
    for (Fd device : looking) {
      LinuxFuse.attach(device, mounted);
      LinuxFiles.setNonBlocking(device);
    }
  }
}
