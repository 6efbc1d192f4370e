package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/** One way to have the corpus. */
interface Target {
  /** For the report. */
  String name();

  /**
   * Why it cannot be had here; empty if it can.
   *
   * @param kind which image it is to show
   */
  String obstacle(Corpus.Kind kind);

  /**
   * Makes the tree available, ready to answer.
   *
   * @param directory an empty directory that is this target's own
   * @return the root of the tree
   */
  Path open(Corpus corpus, Corpus.Kind kind, Path directory) throws IOException;

  /** Undoes that. */
  void close() throws IOException;

  /** The process that serves it, if one does. */
  default OptionalLong server() {
    return OptionalLong.empty();
  }

  /** How often the kernel has asked the server what; empty if nobody counts. */
  default Map<String, Long> requests() throws IOException {
    return Map.of();
  }
}
