package dev.jcomposefs.cli.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server of a mount says about it. The names of the components are those of the JSON that
 * {@code jcfs status --json} prints, so they are part of the interface.
 *
 * @param pid process that serves it
 * @param daemon whether that is the daemon, which serves other mounts beside it
 * @param mountPoint absolute
 * @param image absolute path of the image file
 * @param imageDigest the digest that the image was required to have, and has, lower-case hex; null
 *     if it was mounted whatever its digest
 * @param baseDirectories where objects are looked for, in this order
 * @param upperDirectory absolute path of what takes changes; null for a mount that cannot be
 *     changed
 * @param workDirectory absolute path of the directory beside it; null if that is
 * @param idMap absolute path of the user namespace through which owners are seen; null to see them
 *     as they are
 * @param driver which driver speaks to the kernel
 * @param dataPath how the bytes of objects reach the kernel
 * @param requests how many requests of each kind the kernel has made, by the FUSE protocol's names
 *     in lower case; empty if the driver does not count
 * @param verification the policy: {@code require}, {@code if-present} or {@code none}
 * @param mountedAt since when
 * @param objects what became of the objects that were opened
 * @param failed how many requests failed through the fault of an image, an object or this program
 * @param lastFailures the last different ones, oldest first
 * @param log where warnings go; null for stderr
 * @param supervision who keeps the mount when its server dies; null if it ends then
 */
public record MountStatus(
    long pid,
    boolean daemon,
    String mountPoint,
    String image,
    @Nullable String imageDigest,
    List<String> baseDirectories,
    @Nullable String upperDirectory,
    @Nullable String workDirectory,
    @Nullable String idMap,
    String driver,
    String dataPath,
    Map<String, Long> requests,
    String verification,
    Instant mountedAt,
    ObjectCounts objects,
    long failed,
    List<FailureStatus> lastFailures,
    @Nullable String log,
    @Nullable Supervision supervision) {

  /**
   * Opens of objects since the mount was made, and who checks their bytes.
   *
   * @param opened all of them
   * @param verifiedByKernel those under the kernel's fs-verity
   * @param verifiedByJcfs those that the serving process checks
   * @param unverified those that nobody checks
   * @param hashed how often the serving process read and hashed a whole object
   */
  public record ObjectCounts(
      long opened, long verifiedByKernel, long verifiedByJcfs, long unverified, long hashed) {}

  /**
   * A request that failed.
   *
   * @param time when, the last time
   * @param path the file's path from the root of the mount, escaped; null if it was not looked for
   * @param object the object's path below a base directory, escaped; null if none was involved
   * @param error name of the error the caller got, such as {@code EIO}
   * @param cause what was found and what was expected
   * @param times how often
   */
  public record FailureStatus(
      Instant time,
      @Nullable String path,
      @Nullable String object,
      String error,
      String cause,
      long times) {}

  /**
   * Who keeps a mount when its server dies.
   *
   * @param pid process that holds it and starts the servers
   * @param replaced how many servers have died and were replaced, null if the holder alone knows;
   *     all counts are those of the last one
   */
  public record Supervision(long pid, @Nullable Long replaced) {}
}
