package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cli.control.DaemonAnswer;
import dev.jcomposefs.cli.control.DaemonClient;
import dev.jcomposefs.cli.control.DaemonLock;
import dev.jcomposefs.cli.control.DaemonRequest;
import dev.jcomposefs.cli.control.DaemonServer;
import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.cli.terminal.UserException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jcfs daemon}. */
@Command(
    name = "daemon",
    description = {
      "Start a process in the background that serves many mounts, and return when it listens.",
      "From then on, 'jcfs mount' of the same user joins it, unless told otherwise: that takes"
          + " milliseconds and little memory, and what one mount has verified the others know. If"
          + " the process dies, all its mounts die with it.",
      "SIGTERM, SIGINT, SIGHUP and --stop unmount everything. A user has one daemon at most; mounts"
          + " from another mount namespace or root directory do not join it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jcfs daemon",
      "  jcfs mount -o basedir=objects share.img /mnt",
      "  jcfs daemon --stop"
    })
public final class DaemonCommand extends JcfsCommand {
  @Option(
      names = {"-f", "--foreground"},
      description = "Stay, and log to standard error; an interrupt unmounts everything.")
  private boolean foreground;

  @Option(names = "--stop", description = "Unmount everything that joined, and end the daemon.")
  private boolean stop;

  @Option(names = "--exit-when-idle", description = "End when the last mount is unmounted.")
  private boolean exitWhenIdle;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Append warnings to this file; without it, 'jcfs status' says where they go."
              + " Not with --foreground.")
  private @Nullable Path log;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (stop) {
      stop();
      return 0;
    }
    return foreground || !Background.isWanted() ? serveHere() : serveInBackground();
  }

  private static void stop() throws IOException {
    DaemonAnswer answer = DaemonClient.ask(new DaemonRequest.Stop());
    if (answer == null) {
      throw new UserException("no daemon of this user is running");
    }
    if (answer.outcome() != DaemonAnswer.Outcome.DONE) {
      throw new UserException("the daemon: " + answer.message());
    }
  }

  private int serveHere() throws IOException, InterruptedException {
    try (DaemonLock lock = DaemonLock.acquire();
        Daemon daemon = new Daemon(null, exitWhenIdle);
        DaemonServer _ = DaemonServer.start(lock, daemon)) {
      SpareMemory.giveBackWhenQuiet();
      daemon.awaitEnd();
    }
    return 0;
  }

  private int serveInBackground() throws IOException, InterruptedException {
    try (DaemonLock lock = DaemonLock.acquire();
        ServerLog file = ServerLog.open(log, null);
        Daemon daemon = new Daemon(file.path(), exitWhenIdle);
        DaemonServer _ = DaemonServer.start(lock, daemon)) {
      if (!Background.enter(file.file())) {
        return 1;
      }
      file.keepSmall();
      SpareMemory.giveBackWhenQuiet();
      daemon.awaitEnd();
    }
    return 0;
  }
}
