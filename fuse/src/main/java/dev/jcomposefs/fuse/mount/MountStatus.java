package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.verify.VerifyCounts;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be said about a mount at one moment.
 *
 * @param mountPoint absolute, without symbolic links
 * @param image the image file, as it was named
 * @param digest the digest that the image was required to have, and has; null if none was
 * @param baseDirectories where objects are looked for, in this order
 * @param upperDirectory what takes changes; null if nothing does
 * @param workDirectory beside it; null if that is
 * @param userNamespace through whose mapping owners are seen; null to see them as they are
 * @param verification what is demanded of objects
 * @param driver who speaks to the kernel
 * @param dataPath how the bytes of objects get to the kernel
 * @param requests how many requests of each kind the kernel has made, by the protocol's names in
 *     lower case; empty if the driver does not count
 * @param mountedAt since when
 * @param counts what became of the objects that were opened, and who checks them
 * @param failed how many requests failed through the fault of the image, an object or this program
 * @param lastFailures the last of these, oldest first
 */
public record MountStatus(
    Path mountPoint,
    Path image,
    @Nullable Digest digest,
    List<Path> baseDirectories,
    @Nullable Path upperDirectory,
    @Nullable Path workDirectory,
    @Nullable Path userNamespace,
    VerifyPolicy verification,
    String driver,
    Driver.DataPath dataPath,
    Map<String, Long> requests,
    Instant mountedAt,
    VerifyCounts counts,
    long failed,
    List<Failure> lastFailures) {}
