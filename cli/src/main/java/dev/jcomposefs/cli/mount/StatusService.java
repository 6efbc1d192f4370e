package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cli.control.ControlDirectory;
import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.control.StatusServer;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Failure;
import dev.jcomposefs.fuse.mount.Mount;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code jcfs status} ask about a mount. Not to be asked is a pity, but no reason to mount
 * nothing, so where no socket can be made this is a warning.
 */
final class StatusService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusService.class);

  private final @Nullable StatusServer server;

  private StatusService(@Nullable StatusServer server) {
    this.server = server;
  }

  /**
   * @param holder null if the mount ends with this process
   */
  static StatusService of(Mount mount, @Nullable Path log, @Nullable Holder holder) {
    try {
      return new StatusService(
          StatusServer.start(socket(holder), () -> describe(mount.status(), log, false, holder)));
    } catch (IOException e) {
      LOG.warn("'jcfs status' will not know this mount: {}", e.getMessage());
      return new StatusService(null);
    }
  }

  private static Path socket(@Nullable Holder holder) throws IOException {
    return ControlDirectory.file(
        owner(holder),
        holder instanceof HoldingScript ? ControlDirectory.HELD_SOCKET : ControlDirectory.SOCKET);
  }

  /** The process whose number the mount's files in the control directory have. */
  static long owner(@Nullable Holder holder) {
    return holder == null ? LinuxProcess.id() : holder.owner();
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  /**
   * @param daemon whether this process is the daemon
   * @param holder null if the mount ends with this process
   */
  static MountStatus describe(
      dev.jcomposefs.fuse.mount.MountStatus mount,
      @Nullable Path log,
      boolean daemon,
      @Nullable Holder holder) {
    Digest digest = mount.digest();
    return new MountStatus(
        LinuxProcess.id(),
        daemon,
        mount.mountPoint().toString(),
        mount.image().toString(),
        digest == null ? null : digest.toHex(),
        mount.baseDirectories().stream().map(base -> base.toAbsolutePath().toString()).toList(),
        absolute(mount.upperDirectory()),
        absolute(mount.workDirectory()),
        absolute(mount.userNamespace()),
        mount.driver(),
        MountRequests.word(mount.dataPath()),
        mount.requests(),
        MountRequests.word(mount.verification()),
        mount.mountedAt(),
        new MountStatus.ObjectCounts(
            mount.counts().opened(),
            mount.counts().byKernel(),
            mount.counts().opened() - mount.counts().byKernel() - mount.counts().unverified(),
            mount.counts().unverified(),
            mount.counts().hashed()),
        mount.failed(),
        mount.lastFailures().stream().map(StatusService::describe).toList(),
        log == null ? null : log.toString(),
        holder == null ? null : holder.status());
  }

  private static @Nullable String absolute(@Nullable Path path) {
    return path == null ? null : path.toAbsolutePath().toString();
  }

  private static MountStatus.FailureStatus describe(Failure failure) {
    return new MountStatus.FailureStatus(
        failure.time(),
        failure.path() == null ? null : failure.path().toString(),
        failure.object(),
        failure.errno().name(),
        failure.cause(),
        failure.times());
  }
}
