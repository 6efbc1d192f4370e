package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.fuse.dev.Negotiation;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What a server must know to go on with a mount in place of one that has died; see {@link
 * Mount#takeOver}.
 *
 * @param mountPoint absolute, without symbolic links
 * @param device of the mounted file system, as {@code /proc/self/mountinfo} shows it, such as
 *     {@code 0:51}
 * @param mountedAt when it was mounted
 * @param agreed between the kernel and the first server
 * @param image the image in sealed memory
 */
public record Handover(
    Path mountPoint, String device, Instant mountedAt, Negotiation agreed, Fd image) {}
