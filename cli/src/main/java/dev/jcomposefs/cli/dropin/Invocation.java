package dev.jcomposefs.cli.dropin;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * What a program is given when it starts.
 *
 * @param invokedAs the first word of the command line
 * @param arguments the other words
 * @param in standard input
 * @param out standard output, for results; not buffered
 * @param outIsTerminal whether standard output is a terminal
 * @param err standard error
 * @param environment variables by name
 */
record Invocation(
    String invokedAs,
    List<String> arguments,
    InputStream in,
    OutputStream out,
    boolean outIsTerminal,
    OutputStream err,
    Map<String, String> environment) {

  /** The last component of the first word. */
  String shortName() {
    return invokedAs.substring(invokedAs.lastIndexOf('/') + 1);
  }
}
