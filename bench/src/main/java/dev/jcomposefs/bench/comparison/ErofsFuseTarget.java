package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A FUSE server in C for ordinary EROFS images: the content is in the image, and nobody checks it.
 */
final class ErofsFuseTarget extends ServedTarget {
  @Override
  public String name() {
    return "erofsfuse";
  }

  @Override
  public String obstacle(Corpus.Kind kind) {
    if (kind != Corpus.Kind.PLAIN) {
      return "made for the image without labels only";
    }
    return Shell.isInstalled("erofsfuse") && Shell.isInstalled("mkfs.erofs")
        ? ""
        : "erofsfuse or mkfs.erofs is not installed";
  }

  @Override
  void mount(Corpus corpus, Corpus.Kind kind, Path directory) throws IOException {
    Path image = corpus.images().resolve("whole.erofs");
    if (!Files.exists(image)) {
      Shell.run("mkfs.erofs -x-1 \"$1\" \"$2\"", image, corpus.source());
    }
    Shell.run("erofsfuse \"$1\" \"$2\"", image, directory);
  }
}
