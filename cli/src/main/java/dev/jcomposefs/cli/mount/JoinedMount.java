package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cli.control.DaemonAnswer;
import dev.jcomposefs.cli.control.DaemonClient;
import dev.jcomposefs.cli.control.Surroundings;
import dev.jcomposefs.cli.terminal.UserException;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts in the daemon, if that is possible. */
final class JoinedMount {
  private static final Logger LOG = LoggerFactory.getLogger(JoinedMount.class);

  /** The exit status by which the launcher knows that it is to start a process for the mount. */
  static final int NOT_JOINED = 125;

  private JoinedMount() {}

  /** Whether the launcher has seen a daemon, and will start a process of its own if need be. */
  static boolean isWanted() {
    return Boolean.getBoolean("jcfs.join");
  }

  /**
   * @param image absolute, like all paths here
   * @return exit status
   * @throws UserException if the daemon cannot mount it, which another process could not either
   */
  static int open(Path image, Path directory, MountOptions options) throws IOException {
    Surroundings surroundings = Surroundings.ofThisProcess();
    if (!MountRequests.canSay(options) || isServedByJcfs(image, directory, options, surroundings)) {
      return NOT_JOINED;
    }
    DaemonAnswer answer =
        DaemonClient.ask(MountRequests.of(image, directory, options, surroundings));
    if (answer == null) {
      return NOT_JOINED;
    }
    return switch (answer.outcome()) {
      case DONE -> 0;
      case FAILED -> throw new UserException(String.valueOf(answer.message()));
      case REFUSED -> {
        LOG.debug("the daemon does not take it: {}", answer.message());
        yield NOT_JOINED;
      }
    };
  }

  /**
   * A process that looks at a mount of its own could wait for itself, and not even be killed then.
   * Whose mount it is does not show, so every one of ours counts.
   */
  private static boolean isServedByJcfs(
      Path image, Path directory, MountOptions options, Surroundings surroundings) {
    return surroundings.isServedByJcfs(image)
        || surroundings.isServedByJcfs(directory)
        || options.content().baseDirectories().stream().anyMatch(surroundings::isServedByJcfs);
  }
}
