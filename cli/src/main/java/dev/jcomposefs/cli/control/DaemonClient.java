package dev.jcomposefs.cli.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks this user's daemon to do something. */
public final class DaemonClient {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonClient.class);

  /** An image of gigabytes is read and hashed before there is an answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private DaemonClient() {}

  /**
   * @return null if there is no daemon, or it ended before it answered
   * @throws IOException if there is one that does not answer, or the control directory is not to be
   *     trusted
   */
  public static @Nullable DaemonAnswer ask(DaemonRequest request) throws IOException {
    return ask(ControlDirectory.path(), request, PATIENCE);
  }

  static @Nullable DaemonAnswer ask(Path directory, DaemonRequest request, Duration patience)
      throws IOException {
    try {
      ControlDirectory.check(directory);
    } catch (NoSuchFileException e) {
      return null;
    }
    Path socket = directory.resolve(ControlDirectory.DAEMON_SOCKET);
    if (!Files.exists(socket)) {
      return null;
    }
    String line;
    try (PatientChannel daemon = PatientChannel.connect(socket, patience)) {
      daemon.send(request.line());
      line = daemon.line(DaemonAnswer.LONGEST);
      if (line != null && request instanceof DaemonRequest.Stop) {
        // The connection ends with the process, and only then another daemon can begin.
        daemon.line(DaemonAnswer.LONGEST);
      }
    } catch (ConnectException e) {
      DaemonLock.clearLeftOver(directory);
      return null;
    } catch (SocketTimeoutException e) {
      throw new IOException("the daemon at %s: %s".formatted(socket, e.getMessage()), e);
    } catch (IOException e) {
      LOG.debug("the daemon ended meanwhile", e);
      return null;
    }
    return line == null ? null : DaemonAnswer.parse(line);
  }
}
