package dev.jcomposefs.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The recorded images of {@code src/test/resources/erofs}; its README says how they were made. */
public final class Vectors {
  private static final Path DIRECTORY = directory();

  private Vectors() {}

  /**
   * One recorded image.
   *
   * @param input name of the dump that it was made from
   * @param recorded name of the files with what came out, without their endings
   */
  public record Vector(String input, String recorded) {
    /** The format versions it was made with, as given to the C tool. */
    public int minVersion() {
      return recorded.endsWith(".v1") ? 1 : 0;
    }

    public int maxVersion() {
      return recorded.endsWith(".v0") ? 0 : 1;
    }

    @Override
    public String toString() {
      return recorded;
    }
  }

  public static List<Vector> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sha256"))
          .map(name -> name.substring(0, name.length() - ".sha256".length()))
          .map(name -> new Vector(input(name), name))
          .sorted((a, b) -> a.recorded.compareTo(b.recorded))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String input(String recorded) {
    String stem = recorded.substring(0, recorded.indexOf('.'));
    return Files.exists(DIRECTORY.resolve(stem + ".dump.gz")) ? stem + ".dump.gz" : stem + ".dump";
  }

  /** Names of the dumps that must be refused, below {@code reject}, without their endings. */
  public static List<String> refused() {
    try (Stream<Path> files = Files.list(DIRECTORY.resolve("reject"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".dump"))
          .map(name -> name.substring(0, name.length() - ".dump".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static boolean exists(String name) {
    return Files.exists(DIRECTORY.resolve(name));
  }

  /** The bytes of a file, decompressed if its name ends with {@code .gz}. */
  public static byte[] bytes(String name) {
    try {
      byte[] bytes = Files.readAllBytes(DIRECTORY.resolve(name));
      if (!name.endsWith(".gz")) {
        return bytes;
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (InputStream in = new GZIPInputStream(Files.newInputStream(DIRECTORY.resolve(name)))) {
        in.transferTo(out);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of one line, without its end. */
  public static String line(String name) {
    return new String(bytes(name), StandardCharsets.ISO_8859_1).strip();
  }

  private static Path directory() {
    try {
      return Path.of(Vectors.class.getResource("/erofs").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("a resource on disk has a valid address", e);
    }
  }
}
