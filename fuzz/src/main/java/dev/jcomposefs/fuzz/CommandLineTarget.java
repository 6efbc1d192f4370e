package dev.jcomposefs.fuzz;

import dev.jcomposefs.cli.dropin.CommandLineCheck;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Any words are understood by the drop-in programs, or refused in the shape that theirs have; none
 * is lost or made up on the way, and the mount that the kernel is asked for is the one that we
 * would make.
 */
public final class CommandLineTarget {
  private CommandLineTarget() {}

  /** Called by Jazzer; a NUL ends a word. */
  public static void fuzzerTestOneInput(byte[] data) {
    CommandLineCheck.run(List.of(new String(data, StandardCharsets.UTF_8).split("\0", -1)));
  }
}
