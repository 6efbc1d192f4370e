package dev.jcomposefs.cli.control;

import dev.jcomposefs.cli.json.Json;
import dev.jcomposefs.cli.json.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request: one line of JSON.
 *
 * @param message why, for everything but {@link Outcome#DONE}; as the terminal is to show it
 */
public record DaemonAnswer(Outcome outcome, @Nullable String message) {
  /** The longest answer, and the longest status of one mount, bytes. */
  static final int LONGEST = 1 << 20;

  /** How it ended. */
  public enum Outcome {
    /** As it was wanted. */
    DONE,
    /** It would have failed in a process of its own, too. */
    FAILED,
    /** Not here, but perhaps in a process of its own. */
    REFUSED
  }

  public static DaemonAnswer done() {
    return new DaemonAnswer(Outcome.DONE, null);
  }

  public static DaemonAnswer failed(String message) {
    return new DaemonAnswer(Outcome.FAILED, message);
  }

  public static DaemonAnswer refused(String message) {
    return new DaemonAnswer(Outcome.REFUSED, message);
  }

  /** With a line break at its end. */
  String line() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("outcome", outcome.name());
    tree.put("message", message);
    return Json.line(tree) + "\n";
  }

  /**
   * @throws IOException if it is none
   */
  static DaemonAnswer parse(String line) throws IOException {
    JsonObject tree = Json.parse(line);
    String outcome = tree.string("outcome");
    for (Outcome known : Outcome.values()) {
      if (known.name().equals(outcome)) {
        return new DaemonAnswer(known, tree.optionalString("message"));
      }
    }
    throw new IOException("found outcome '%s', expected another".formatted(outcome));
  }
}
