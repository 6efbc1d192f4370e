package dev.jcomposefs.format.verity;

import java.util.Arrays;
import java.util.HexFormat;

/** The fs-verity digest of a file's content: the name of an object. Immutable. */
public final class Digest {
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

  /** Lower-case hex, no prefix. */
  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** Where an object store keeps the content: two hex digits, a slash, the other digits. */
  public String objectPath() {
    String hex = toHex();
    return hex.substring(0, 2) + "/" + hex.substring(2);
  }

  @Override
  public boolean equals(Object o) {
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
