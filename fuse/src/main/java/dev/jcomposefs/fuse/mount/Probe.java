package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxChild;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a mount whether it answers, without holding on to it: if this process asked as it does
 * anything else and were killed before the answer, nothing could end it any more. So a thread asks
 * that has given up its share of the descriptors of {@code /dev/fuse}: the connection then ends
 * with the other threads, and the thread's wait with the connection.
 */
final class Probe {
  private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

  /** The slash at the end makes it look at what is mounted there, whatever the shell remembers. */
  private static final ByteString SCRIPT = ByteString.utf8("test -d \"$1/\"");

  /** The first answer takes milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private enum Result {
    UNKNOWN,
    ANSWER,
    NO_ANSWER,
    CANNOT_ASK
  }

  private final Path mountPoint;
  private volatile Result result = Result.UNKNOWN;

  private Probe(Path mountPoint) {
    this.mountPoint = mountPoint;
  }

  /** Whether the root of the mount is a directory; waits for the answer, but not for ever. */
  static boolean answers(Path mountPoint) throws IOException {
    Probe probe = new Probe(mountPoint);
    Thread thread = Thread.ofPlatform().name("mount-probe").daemon().start(probe::ask);
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + mountPoint + " was mounted");
    }
    return switch (probe.result) {
      case ANSWER -> true;
      case NO_ANSWER, UNKNOWN -> false;
      case CANNOT_ASK -> answersChild(mountPoint);
    };
  }

  private void ask() {
    try {
      LinuxFuse.disown();
    } catch (FsException e) {
      // A seccomp filter, for one, may forbid it.
      LOG.debug("cannot ask in a thread", e);
      result = Result.CANNOT_ASK;
      return;
    }
    try (Fd root = LinuxFiles.open(mountPoint, OpenFlags.PATH)) {
      boolean answer = LinuxFiles.statAtServer(root).type() == FileType.DIRECTORY;
      result = answer ? Result.ANSWER : Result.NO_ANSWER;
    } catch (FsException e) {
      LOG.debug("{}", e.getMessage());
      result = Result.NO_ANSWER;
    }
  }

  /**
   * The same, asked by a child process: for a mount whose connection does not end with this
   * process, so that a thread of it could wait for ever.
   */
  static boolean answersChild(Path mountPoint) throws FsException {
    List<ByteString> command =
        List.of(
            ByteString.utf8("sh"),
            ByteString.utf8("-c"),
            SCRIPT,
            ByteString.utf8("sh"),
            LinuxFiles.bytesOf(mountPoint));
    return LinuxChild.start(command, Map.of(), null).await(PATIENCE).status() == 0;
  }
}
