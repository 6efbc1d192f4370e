package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cli.control.DaemonAnswer;
import dev.jcomposefs.cli.control.DaemonRequest;
import dev.jcomposefs.cli.control.DaemonServer;
import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.control.Surroundings;
import dev.jcomposefs.cli.terminal.ErrorText;
import dev.jcomposefs.fuse.mount.Mount;
import dev.jcomposefs.fuse.mount.MountHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that serves all mounts of a user that join it. */
final class Daemon implements AutoCloseable, DaemonServer.Service {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final String surroundings;
  private final @Nullable Path log;
  private final boolean exitWhenIdle;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final MountHost host = new MountHost(this::idle);
  private final Shutdown shutdown;

  /**
   * @param log where warnings go; null for stderr
   * @param exitWhenIdle end when the last mount is gone
   */
  Daemon(@Nullable Path log, boolean exitWhenIdle) throws IOException {
    this.surroundings = Surroundings.ofThisProcess().id();
    this.log = log;
    this.exitWhenIdle = exitWhenIdle;
    this.shutdown = Shutdown.by(this::endBySignal);
  }

  private void endBySignal() throws IOException {
    try {
      host.close();
    } finally {
      ended.countDown();
    }
  }

  private void idle() {
    if (exitWhenIdle) {
      ended.countDown();
    }
  }

  /** Waits until somebody wants it to end. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public void mount(DaemonRequest.Mount request, DaemonServer.Reply reply) {
    if (!request.surroundings().equals(surroundings)) {
      reply.send(DaemonAnswer.refused("paths lead elsewhere here"));
      return;
    }
    Mount mount;
    try {
      mount =
          host.open(
              Path.of(request.image()),
              Path.of(request.directory()),
              MountRequests.optionsOf(request));
    } catch (IOException e) {
      String text = ErrorText.of(e);
      reply.send(host.isClosed() ? DaemonAnswer.refused(text) : DaemonAnswer.failed(text));
      return;
    } catch (RuntimeException | Error e) {
      LOG.error("{}: cannot be mounted on {}", request.image(), request.directory(), e);
      reply.send(DaemonAnswer.failed(ErrorText.of(e)));
      return;
    }
    if (!reply.send(DaemonAnswer.done())) {
      unmount(mount);
    }
  }

  /** Nobody waits for it any more, so it is not wanted. */
  private static void unmount(Mount mount) {
    try {
      mount.close();
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  @Override
  public List<MountStatus> status() {
    return host.mounts().stream()
        .map(mount -> StatusService.describe(mount.status(), log, true, null))
        .toList();
  }

  @Override
  public void stop(DaemonServer.Reply reply) {
    DaemonAnswer answer;
    try {
      host.close();
      answer = DaemonAnswer.done();
    } catch (IOException e) {
      answer = DaemonAnswer.failed(ErrorText.of(e));
    }
    reply.send(answer);
    ended.countDown();
    // The caller waits for the end of the connection, which is to come with that of the process.
    sleep();
  }

  private static void sleep() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Unmounts what is left. */
  @Override
  public void close() throws IOException {
    try {
      host.close();
    } finally {
      shutdown.forget();
    }
  }
}
