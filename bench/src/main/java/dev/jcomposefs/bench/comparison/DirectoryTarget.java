package dev.jcomposefs.bench.comparison;

import java.nio.file.Path;

/** The tree itself, on its file system. */
final class DirectoryTarget implements Target {
  @Override
  public String name() {
    return "directory";
  }

  @Override
  public String obstacle(Corpus.Kind kind) {
    return kind == Corpus.Kind.PLAIN ? "" : "its files have no labels";
  }

  @Override
  public Path open(Corpus corpus, Corpus.Kind kind, Path directory) {
    return corpus.source();
  }

  @Override
  public void close() {}
}
