package dev.jcomposefs.cli.dropin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What the C tools did, recorded among the test resources of the module {@code format}; the README
 * there says how.
 */
final class Recorded {
  private static final Path DIRECTORY = Path.of("../format/src/test/resources/erofs");

  private Recorded() {}

  /** Names of the images, as files with their endings {@code .sha256}, {@code .info} and so on. */
  static List<String> images() throws IOException {
    return names(DIRECTORY, ".sha256");
  }

  /** Names of the dumps that are refused. */
  static List<String> refused() throws IOException {
    return names(DIRECTORY.resolve("reject"), ".dump");
  }

  private static List<String> names(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .sorted()
          .toList();
    }
  }

  /** The dump that an image was made from. */
  static byte[] dumpOf(String image) throws IOException {
    String stem = image.substring(0, image.indexOf('.')) + ".dump";
    return exists(stem) ? bytes(stem) : bytes(stem + ".gz");
  }

  static boolean exists(String name) {
    return Files.exists(DIRECTORY.resolve(name));
  }

  static Path path(String name) {
    return DIRECTORY.resolve(name);
  }

  /** The bytes of a file, decompressed if its name ends with {@code .gz}. */
  static byte[] bytes(String name) throws IOException {
    try (InputStream in = Files.newInputStream(DIRECTORY.resolve(name))) {
      return name.endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
    }
  }

  /** The same as text that has a character for each byte. */
  static String text(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.ISO_8859_1);
  }

  /** A file of one line, without its end. */
  static String line(String name) throws IOException {
    return text(name).strip();
  }
}
