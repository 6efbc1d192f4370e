package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cli.control.ControlDirectory;
import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.control.StatusServer;
import dev.jcomposefs.fuse.fs.Failure;
import dev.jcomposefs.fuse.mount.Mount;
import dev.jcomposefs.fuse.mount.MountOptions;
import dev.jcomposefs.fuse.mount.MountState;
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
      MountState mount, @Nullable Path log, boolean daemon, @Nullable Holder holder) {
    MountOptions options = mount.options().withAbsolutePaths();
    return new MountStatus(
        LinuxProcess.id(),
        daemon,
        mount.mountPoint().toString(),
        mount.image().toString(),
        text(options.content().digest()),
        options.content().baseDirectories().stream().map(Path::toString).toList(),
        text(options.layers().upperDirectory()),
        text(options.layers().workDirectory()),
        text(options.layers().userNamespace()),
        mount.driver(),
        MountRequests.word(mount.dataPath()),
        mount.requests(),
        MountRequests.word(options.content().verification()),
        mount.mountedAt(),
        new MountStatus.ObjectCounts(
            mount.counts().opened(),
            mount.counts().byKernel(),
            mount.counts().opened() - mount.counts().byKernel() - mount.counts().unverified(),
            mount.counts().unverified(),
            mount.counts().hashed()),
        mount.failed(),
        mount.lastFailures().stream().map(StatusService::describe).toList(),
        text(log),
        holder == null ? null : holder.status());
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static MountStatus.FailureStatus describe(Failure failure) {
    return new MountStatus.FailureStatus(
        failure.time(),
        text(failure.path()),
        failure.object(),
        failure.errno().name(),
        failure.cause(),
        failure.times());
  }
}
