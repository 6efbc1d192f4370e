package dev.jcomposefs.bench.comparison;

import dev.jcomposefs.cache.image.ImageFile;
import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.dump.DumpWriter;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The tree that is compared, on disk: the source itself, its objects and its images.
 *
 * @param source directory with the files as they are
 * @param objects base directory
 * @param images directory of the images
 */
record Corpus(Path source, Path objects, Path images) {
  /** Files up to this are what most of a system is made of; bytes. */
  private static final long SMALL = 32 << 10;

  private static final int SMALL_FILES = 20_000;

  private static final long LARGE_SIZE = 1L << 30;

  private static final String LARGE = "bench-1GiB";

  private static final String LABEL = "security.selinux=system_u:object_r:usr_t:s0\\x00";

  /** Which extended attributes the image has. */
  enum Kind {
    /** None. */
    PLAIN,
    /** A security label on every inode. */
    LABELLED
  }

  Path image(Kind kind) {
    return images.resolve(kind == Kind.PLAIN ? "plain.erofs" : "labelled.erofs");
  }

  /** Relative path of a file of a gibibyte. */
  static String large() {
    return LARGE;
  }

  /** A text file with the relative paths of many small files, one per line. */
  Path smallFiles() {
    return images.resolve("small-files");
  }

  /**
   * Makes what is not there yet.
   *
   * @param original directory that is copied
   * @param work where everything goes; is kept for the next run
   * @param jcfs the program
   */
  static Corpus prepare(Path original, Path work, Path jcfs) throws IOException {
    Corpus corpus =
        new Corpus(work.resolve("source"), work.resolve("objects"), work.resolve("images"));
    Path done = work.resolve("complete");
    if (Files.exists(done)) {
      return corpus;
    }
    Files.createDirectories(corpus.images);
    Files.createDirectories(corpus.objects);
    Shell.run(
        "rm -rf \"$2\" && cp -a --no-preserve=xattr --reflink=auto \"$1\" \"$2\"",
        original,
        corpus.source);
    corpus.writeLargeFile();
    corpus.listSmallFiles();
    Shell.run(
        List.of(
            jcfs.toString(),
            "mk",
            "--store",
            corpus.objects.toString(),
            corpus.source.toString(),
            corpus.image(Kind.PLAIN).toString()));
    corpus.label();
    Files.createFile(done);
    return corpus;
  }

  private void writeLargeFile() throws IOException {
    byte[] part = new byte[1 << 20];
    Random random = new Random(1);
    try (OutputStream out = Files.newOutputStream(source.resolve(LARGE))) {
      for (long done = 0; done < LARGE_SIZE; done += part.length) {
        random.nextBytes(part);
        out.write(part);
      }
    }
  }

  private void listSmallFiles() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.walk(source)) {
      all.filter(path -> Files.isRegularFile(path) && !Files.isSymbolicLink(path))
          .filter(path -> path.toFile().length() > 0 && path.toFile().length() <= SMALL)
          .map(path -> source.relativize(path).toString())
          .filter(name -> name.chars().allMatch(c -> c > ' ' && c != '\\' && c < 127))
          .sorted()
          .forEach(names::add);
    }
    // Spread over the tree, and in the order of the directories, as programs read files.
    double step = Math.max(1, names.size() / (double) SMALL_FILES);
    List<String> chosen = new ArrayList<>();
    for (double i = 0; i < names.size() && chosen.size() < SMALL_FILES; i += step) {
      chosen.add(names.get((int) i));
    }
    Files.write(smallFiles(), chosen);
  }

  /** The same image with a label on every inode, by way of the dump text. */
  private void label() throws IOException {
    ByteArrayOutputStream dump = new ByteArrayOutputStream();
    try (ImageFile image = ImageFile.open(image(Kind.PLAIN), null)) {
      DumpWriter.write(ImageReader.toTree(ImageReader.open(image.bytes(), image.source())), dump);
    }
    StringBuilder labelled = new StringBuilder();
    for (String line : dump.toString(StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (!line.isEmpty()) {
        labelled.append(line).append(' ').append(LABEL).append('\n');
      }
    }
    byte[] text = labelled.toString().getBytes(StandardCharsets.ISO_8859_1);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image(Kind.LABELLED)))) {
      ErofsWriter.write(
          DumpReader.read(new ByteArrayInputStream(text), "labelled dump", DumpMode.STRICT),
          ErofsVersion.V1,
          HashAlgorithm.SHA256,
          out);
    }
  }
}
