package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.verity.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The images of {@code resources/descriptor}. */
final class Vectors {
  /**
   * A line of images.txt.
   *
   * @param changeTime of every inode; null for each one's mtime
   */
  record Vector(String name, String sha256, Digest verity, @Nullable Instant changeTime) {
    byte[] image() {
      return bytes("good/%s.cfs".formatted(name));
    }

    byte[] dump() {
      return bytes("good/%s.dump".formatted(name));
    }

    DescriptorImage open() throws IOException {
      return DescriptorImage.open(MemorySegment.ofArray(image()), name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A line of inodes.txt: the record with that index. */
  record RecordOf(
      String image,
      int index,
      int mode,
      int nlink,
      int uid,
      int gid,
      int rdev,
      long size,
      long mtimeSeconds,
      int mtimeNanos) {}

  private Vectors() {}

  static Stream<Vector> good() {
    return fields("images.txt")
        .map(field -> new Vector(field[0], field[1], Digest.parse(field[2]), changeTime(field[3])));
  }

  /** All but the one whose hard links have records of their own making. */
  static Stream<Vector> regenerable() {
    return good().filter(vector -> !vector.name().equals("21-json"));
  }

  static Vector good(String name) {
    return good().filter(vector -> vector.name().equals(name)).findFirst().orElseThrow();
  }

  static Stream<RecordOf> records(String image) {
    return fields("inodes.txt")
        .filter(field -> field[0].equals(image))
        .map(field ->
            new RecordOf(
                field[0],
                Integer.parseInt(field[1]),
                Integer.parseInt(field[2]),
                Integer.parseUnsignedInt(field[3]),
                Integer.parseUnsignedInt(field[4]),
                Integer.parseUnsignedInt(field[5]),
                Integer.parseUnsignedInt(field[6]),
                Long.parseLong(field[7]),
                Long.parseLong(field[8]),
                Integer.parseInt(field[9])));
  }

  static byte[] bad(String name) {
    return bytes("bad/%s.cfs".formatted(name));
  }

  private static @Nullable Instant changeTime(String field) {
    if (field.equals("mtime")) {
      return null;
    }
    int dot = field.indexOf('.');
    return Instant.ofEpochSecond(
        Long.parseLong(field.substring(0, dot)), Long.parseLong(field.substring(dot + 1)));
  }

  private static Stream<String[]> fields(String table) {
    return new String(bytes(table), StandardCharsets.US_ASCII)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" ", -1));
  }

  private static byte[] bytes(String name) {
    try (var in =
        Objects.requireNonNull(Vectors.class.getResourceAsStream("/descriptor/" + name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
