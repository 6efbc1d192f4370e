package dev.jcomposefs.format.verity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The fs-verity digest of a file's content: the name of an object. Immutable. */
public final class Digest implements Comparable<Digest> {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private final HashAlgorithm algorithm;
  private final byte[] bytes;

  private Digest(HashAlgorithm algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  /**
   * @param bytes exactly {@link HashAlgorithm#digestSize()} of them; copied
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Digest of(HashAlgorithm algorithm, byte[] bytes) {
    if (bytes.length != algorithm.digestSize()) {
      throw new IllegalArgumentException(
          "%s digest has %d bytes, expected %d"
              .formatted(algorithm, bytes.length, algorithm.digestSize()));
    }
    return new Digest(algorithm, bytes.clone());
  }

  /**
   * Reads 64 (SHA-256) or 128 (SHA-512) hex digits of either case; the length tells the algorithm.
   *
   * @throws IllegalArgumentException for any other text, in words for the person who typed it
   */
  public static Digest parse(String hex) {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (hex.length() == 2 * algorithm.digestSize()) {
        try {
          return new Digest(algorithm, HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "digest '%s' has characters that are not hex digits".formatted(hex), e);
        }
      }
    }
    throw new IllegalArgumentException(
        "digest '%s' has %d characters, expected 64 or 128 hex digits"
            .formatted(hex, hex.length()));
  }

  public HashAlgorithm algorithm() {
    return algorithm;
  }

  /** A copy. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Copies all bytes into {@code target} from {@code at} on. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, bytes.length);
  }

  /** Lower-case hex, no prefix. */
  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** Where an object store keeps the content: two hex digits, a slash, the other digits. */
  public String objectPath() {
    String hex = toHex();
    return hex.substring(0, 2) + "/" + hex.substring(2);
  }

  /** Bytewise unsigned: of no meaning, but it keeps hash tables fast whatever the digests are. */
  @Override
  public int compareTo(Digest o) {
    int order = Arrays.compareUnsigned(bytes, o.bytes);
    return order != 0 ? order : algorithm.compareTo(o.algorithm);
  }

  /** Bytes of {@link #objectPath()}. */
  public int objectPathLength() {
    return 2 * bytes.length + 1;
  }

  /** Copies {@link #objectPath()} into {@code target} from {@code at} on. */
  public void copyObjectPathTo(byte[] target, int at) {
    int to = at;
    for (byte b : bytes) {
      target[to++] = HEX[b >> 4 & 0xf];
      target[to++] = HEX[b & 0xf];
      if (to == at + 2) {
        target[to++] = '/';
      }
    }
  }

  /** The digest whose {@link #objectPath()} is exactly {@code path}, or null. */
  public static @Nullable Digest ofObjectPath(byte[] path) {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (path.length != 2 * algorithm.digestSize() + 1) {
        continue;
      }
      byte[] bytes = new byte[algorithm.digestSize()];
      for (int i = 0; i < bytes.length; i++) {
        int from = i == 0 ? 0 : 2 * i + 1;
        int high = Character.digit(path[from], 16);
        int low = Character.digit(path[from + 1], 16);
        bytes[i] = (byte) (high << 4 | low);
      }
      // Whatever else the bytes are, they are not those of this digest's path.
      Digest digest = new Digest(algorithm, bytes);
      byte[] expected = new byte[path.length];
      digest.copyObjectPathTo(expected, 0);
      return Arrays.equals(path, expected) ? digest : null;
    }
    return null;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Digest d && d.algorithm == algorithm && Arrays.equals(d.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** As {@link #toHex()}. */
  @Override
  public String toString() {
    return toHex();
  }
}
