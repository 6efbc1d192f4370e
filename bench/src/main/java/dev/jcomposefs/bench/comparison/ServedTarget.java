package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A mount that a process of its own serves. */
abstract class ServedTarget implements Target {
  private @Nullable Path root;

  /** Starts the server, and waits until the mount is there. */
  abstract void mount(Corpus corpus, Corpus.Kind kind, Path directory) throws IOException;

  @Override
  public final Path open(Corpus corpus, Corpus.Kind kind, Path directory) throws IOException {
    Files.createDirectories(directory);
    mount(corpus, kind, directory);
    root = directory;
    return directory;
  }

  /** Where it is mounted; null if it is not. */
  final @Nullable Path root() {
    return root;
  }

  @Override
  public final void close() throws IOException {
    if (root != null) {
      Shell.run("umount \"$1\"", root);
      root = null;
    }
  }
}
