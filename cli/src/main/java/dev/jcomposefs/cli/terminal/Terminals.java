package dev.jcomposefs.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the standard streams are. */
public final class Terminals {
  private Terminals() {}

  /** Whether stderr is a terminal. The JDK tells only about stdin and stdout together. */
  public static boolean isStderrOne() {
    try {
      Path file = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return file.startsWith("/dev/pts")
          || file.toString().startsWith("/dev/tty")
          || file.equals(Path.of("/dev/console"));
    } catch (IOException e) {
      return false;
    }
  }
}
