package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.fuse.dev.Negotiation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a server must know to go on with a mount in place of one that has died; see {@link
 * HeldMount#takeOver}.
 *
 * @param mountPoint absolute, without symbolic links
 * @param device of the mounted file system, as {@code /proc/self/mountinfo} shows it, such as
 *     {@code 0:51}
 * @param mountedAt when it was mounted
 * @param agreed between the kernel and the first server
 * @param image the image in sealed memory
 */
public record Handover(
    Path mountPoint, String device, Instant mountedAt, Negotiation agreed, Fd image) {

  /**
   * For a mount that is looked for where it was made. It is not asked, because it would not answer.
   *
   * @param directory as it was named then
   * @return null if no image is mounted there
   */
  public static @Nullable Handover at(
      Path directory, Instant mountedAt, Negotiation agreed, Fd image) throws IOException {
    Path mountPoint = MountPoint.withoutLooking(directory);
    MountTable.Entry entry = MountTable.at(mountPoint);
    return entry == null || !entry.type().equals(KernelMount.TYPE)
        ? null
        : new Handover(mountPoint, entry.device(), mountedAt, agreed, image);
  }
}
