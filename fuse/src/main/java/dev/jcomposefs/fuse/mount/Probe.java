package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.LinuxChild;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Asks a mount whether it answers. In a child process: if this one asked and were killed before the
 * answer, nothing could end it any more.
 */
final class Probe {
  /** The slash at the end makes it look at what is mounted there, whatever the shell remembers. */
  private static final ByteString SCRIPT = ByteString.utf8("test -d \"$1/\"");

  /** The first answer takes milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Probe() {}

  /** Whether the root of the mount is a directory; waits for the answer, but not for ever. */
  static boolean answers(Path mountPoint) throws FsException {
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
