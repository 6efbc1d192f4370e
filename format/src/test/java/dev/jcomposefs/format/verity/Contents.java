package dev.jcomposefs.format.verity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/** File contents with known digests, and sources that read from memory. */
final class Contents {
  /** One line of digests.txt. */
  record Vector(HashAlgorithm algorithm, int size, Digest digest) {
    @Override
    public String toString() {
      return "%s of %d bytes".formatted(algorithm, size);
    }
  }

  private Contents() {}

  /** Digests that another implementation computed of {@link #counting} contents. */
  static Stream<Vector> vectors() {
    try (var in =
        Objects.requireNonNull(Contents.class.getResourceAsStream("/verity/digests.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .map(field ->
              new Vector(
                  HashAlgorithm.valueOf(field[0]),
                  Integer.parseInt(field[1]),
                  Digest.parse(field[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The byte at offset i is i mod 251. */
  static byte[] counting(int size) {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) (i % 251);
    }
    return content;
  }

  /** Reads from an array. */
  static BlockSource source(byte[] content) {
    return (position, into, offset, length) -> {
      int read = (int) Math.min(length, content.length - position);
      if (read > 0) {
        System.arraycopy(content, (int) position, into, offset, read);
      }
      return read;
    };
  }

  /** Reads 1 to 5000 bytes at a time, as a file system may. */
  static BlockSource shortReads(byte[] content) {
    BlockSource whole = source(content);
    return (position, into, offset, length) ->
        whole.read(
            position, into, offset, Math.min(length, 1 + (int) (position * 2_654_435_761L % 5000)));
  }
}
