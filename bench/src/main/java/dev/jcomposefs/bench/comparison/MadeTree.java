package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tree that images are made of.
 *
 * @param entries the root among them
 * @param files regular ones
 * @param bytes of their content
 */
record MadeTree(Path root, long entries, long files, long bytes) {
  private static final long ENOUGH_FILES = 60_000;
  private static final long ENOUGH_BYTES = 1_500_000_000;

  static MadeTree of(Path root) throws IOException {
    long[] counts = new long[3];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            counts[0]++;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            counts[0]++;
            if (attributes.isRegularFile()) {
              counts[1]++;
              counts[2] += attributes.size();
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return new MadeTree(root, counts[0], counts[1], counts[2]);
  }

  /**
   * Copies as much of a directory as is wanted, in the order of names, unless that was done before.
   *
   * @throws IOException also if there is not enough in it
   */
  static MadeTree copy(Path original, Path root) throws IOException {
    Path done = root.resolveSibling(root.getFileName() + ".complete");
    if (!Files.exists(done)) {
      Shell.run("rm -rf \"$1\" && mkdir -p \"$1\"", root);
      List<Path> parts = new ArrayList<>();
      long files = 0;
      long bytes = 0;
      for (Path part : parts(original)) {
        if (files < ENOUGH_FILES || bytes < ENOUGH_BYTES) {
          MadeTree counted = of(part);
          files += counted.files();
          bytes += counted.bytes();
          parts.add(part);
        }
      }
      for (Path part : parts) {
        Shell.run(
            "cd \"$1\" && cp -a --parents \"$2\" \"$3\"",
            original,
            "./" + original.relativize(part),
            root);
      }
      Files.createFile(done);
    }
    MadeTree tree = of(root);
    if (tree.files() < ENOUGH_FILES || tree.bytes() < ENOUGH_BYTES) {
      throw new IOException(
          "%s: found %d files with %d bytes, expected at least %d with %d"
              .formatted(original, tree.files(), tree.bytes(), ENOUGH_FILES, ENOUGH_BYTES));
    }
    return tree;
  }

  /** The directories two levels down, in the order of names. */
  private static List<Path> parts(Path original) throws IOException {
    try (Stream<Path> all = Files.walk(original, 2)) {
      return all.filter(path -> path.getNameCount() == original.getNameCount() + 2)
          .filter(path -> Files.isDirectory(path) && !Files.isSymbolicLink(path))
          .sorted()
          .toList();
    }
  }
}
