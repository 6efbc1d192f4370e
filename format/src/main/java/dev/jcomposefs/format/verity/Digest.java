package dev.jcomposefs.format.verity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The fs-verity digest of a file's content: the name of an object. Immutable.
 *
 * <p>A tree has one for nearly every file, so the bytes are kept without an array around them.
 */
public sealed class Digest implements Comparable<Digest> {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  /** Words of a SHA-256 digest, and the first ones of a SHA-512 digest. */
  private static final int WORDS = 4;

  // big-endian
  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private Digest(byte[] bytes) {
    this.first = read(bytes, 0);
    this.second = read(bytes, 1);
    this.third = read(bytes, 2);
    this.fourth = read(bytes, 3);
  }

  /** With the other half of a SHA-512 digest. */
  private static final class Sha512 extends Digest {
    private final long fifth;
    private final long sixth;
    private final long seventh;
    private final long eighth;

    Sha512(byte[] bytes) {
      super(bytes);
      this.fifth = read(bytes, WORDS);
      this.sixth = read(bytes, WORDS + 1);
      this.seventh = read(bytes, WORDS + 2);
      this.eighth = read(bytes, WORDS + 3);
    }

    @Override
    public HashAlgorithm algorithm() {
      return HashAlgorithm.SHA512;
    }

    @Override
    long word(int index) {
      return switch (index - WORDS) {
        case 0 -> fifth;
        case 1 -> sixth;
        case 2 -> seventh;
        case 3 -> eighth;
        default -> super.word(index);
      };
    }
  }

  private static Digest ofBytes(HashAlgorithm algorithm, byte[] bytes) {
    return switch (algorithm) {
      case SHA256 -> new Digest(bytes);
      case SHA512 -> new Sha512(bytes);
    };
  }

  private static long read(byte[] bytes, int index) {
    long word = 0;
    for (int i = index * Long.BYTES; i < (index + 1) * Long.BYTES; i++) {
      word = word << Byte.SIZE | (bytes[i] & 0xff);
    }
    return word;
  }

  /** Eight bytes, the first of them the highest. */
  long word(int index) {
    return switch (index) {
      case 0 -> first;
      case 1 -> second;
      case 2 -> third;
      case 3 -> fourth;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  private int words() {
    return algorithm().digestSize() / Long.BYTES;
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
    return ofBytes(algorithm, bytes);
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
          return ofBytes(algorithm, HexFormat.of().parseHex(hex));
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
    return HashAlgorithm.SHA256;
  }

  /** A copy. */
  public byte[] toByteArray() {
    byte[] bytes = new byte[algorithm().digestSize()];
    copyTo(bytes, 0);
    return bytes;
  }

  /** Copies all bytes into {@code target} from {@code at} on. */
  public void copyTo(byte[] target, int at) {
    int to = at;
    for (int i = 0; i < words(); i++) {
      long word = word(i);
      for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        target[to++] = (byte) (word >>> shift);
      }
    }
  }

  /** Lower-case hex, no prefix. */
  public String toHex() {
    return HexFormat.of().formatHex(toByteArray());
  }

  /** Where an object store keeps the content: two hex digits, a slash, the other digits. */
  public String objectPath() {
    String hex = toHex();
    return hex.substring(0, 2) + "/" + hex.substring(2);
  }

  /** Bytewise unsigned: of no meaning, but it keeps hash tables fast whatever the digests are. */
  @Override
  public int compareTo(Digest o) {
    for (int i = 0; i < Math.min(words(), o.words()); i++) {
      int order = Long.compareUnsigned(word(i), o.word(i));
      if (order != 0) {
        return order;
      }
    }
    return algorithm().compareTo(o.algorithm());
  }

  /** Bytes of {@link #objectPath()}. */
  public int objectPathLength() {
    return 2 * algorithm().digestSize() + 1;
  }

  /** Copies {@link #objectPath()} into {@code target} from {@code at} on. */
  public void copyObjectPathTo(byte[] target, int at) {
    int to = at;
    for (int i = 0; i < words(); i++) {
      long word = word(i);
      for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
        target[to++] = HEX[(int) (word >>> shift) & 0xf];
        if (to == at + 2) {
          target[to++] = '/';
        }
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
      Digest digest = ofBytes(algorithm, bytes);
      byte[] expected = new byte[path.length];
      digest.copyObjectPathTo(expected, 0);
      return Arrays.equals(path, expected) ? digest : null;
    }
    return null;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Digest d && compareTo(d) == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * (31 * (31 * first + second) + third) + fourth);
  }

  /** As {@link #toHex()}. */
  @Override
  public String toString() {
    return toHex();
  }
}
