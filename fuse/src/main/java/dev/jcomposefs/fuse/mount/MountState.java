package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.verify.VerifyCounts;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What can be said about a mount at one moment.
 *
 * @param mountPoint absolute, without symbolic links
 * @param image the image file, as it was named
 * @param options how it was mounted; the image has the digest in them, if there is one
 * @param driver who speaks to the kernel
 * @param dataPath how the bytes of objects get to the kernel
 * @param requests how many requests of each kind the kernel has made, by the protocol's names in
 *     lower case; empty if the driver does not count
 * @param mountedAt since when
 * @param counts what became of the objects that were opened, and who checks them
 * @param failed how many requests failed through the fault of the image, an object or this program
 * @param lastFailures the last of these, oldest first
 */
public record MountState(
    Path mountPoint,
    Path image,
    MountOptions options,
    String driver,
    Driver.DataPath dataPath,
    Map<String, Long> requests,
    Instant mountedAt,
    VerifyCounts counts,
    long failed,
    List<Failure> lastFailures) {}
