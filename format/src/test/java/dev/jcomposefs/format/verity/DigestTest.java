package dev.jcomposefs.format.verity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DigestTest {
  private static byte[] bytes(HashAlgorithm algorithm, long seed) {
    byte[] bytes = new byte[algorithm.digestSize()];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void of_anyBytes_givesTheSameBack(HashAlgorithm algorithm) {
    byte[] bytes = bytes(algorithm, 1);

    Digest digest = Digest.of(algorithm, bytes);

    assertThat(digest.algorithm()).isEqualTo(algorithm);
    assertThat(digest.toByteArray()).isEqualTo(bytes);
    assertThat(digest.toHex()).isEqualTo(HexFormat.of().formatHex(bytes));
    assertThat(Digest.parse(digest.toHex())).isEqualTo(digest).hasSameHashCodeAs(digest);
    byte[] target = new byte[bytes.length + 2];
    digest.copyTo(target, 1);
    assertThat(Arrays.copyOfRange(target, 1, target.length - 1)).isEqualTo(bytes);
    assertThat(target[target.length - 1]).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void objectPath_anyDigest_leadsBackToIt(HashAlgorithm algorithm) {
    Digest digest = Digest.of(algorithm, bytes(algorithm, 2));
    byte[] path = new byte[digest.objectPathLength()];

    digest.copyObjectPathTo(path, 0);

    String hex = digest.toHex();
    assertThat(new String(path, StandardCharsets.ISO_8859_1))
        .isEqualTo(hex.substring(0, 2) + "/" + hex.substring(2))
        .isEqualTo(digest.objectPath());
    assertThat(Digest.ofObjectPath(path)).isEqualTo(digest);
    path[path.length - 1] = 'x';
    assertThat(Digest.ofObjectPath(path)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void compareTo_oneByteOther_isUnsignedAndByTheFirstDifference(HashAlgorithm algorithm) {
    byte[] bytes = bytes(algorithm, 3);
    for (int i = 0; i < bytes.length; i++) {
      byte[] low = bytes.clone();
      byte[] high = bytes.clone();
      low[i] = 0x7f;
      high[i] = (byte) 0x80;
      Digest lower = Digest.of(algorithm, low);
      Digest higher = Digest.of(algorithm, high);

      assertThat(lower).as("byte %d", i).isLessThan(higher).isNotEqualTo(higher);
      assertThat(higher).as("byte %d", i).isGreaterThan(lower);
    }
  }

  @Test
  void equals_beginningOfALongerOne_isAnother() {
    byte[] longer = bytes(HashAlgorithm.SHA512, 4);
    byte[] shorter = Arrays.copyOf(longer, HashAlgorithm.SHA256.digestSize());

    assertThat(Digest.of(HashAlgorithm.SHA256, shorter))
        .isNotEqualTo(Digest.of(HashAlgorithm.SHA512, longer))
        .isLessThan(Digest.of(HashAlgorithm.SHA512, longer));
  }
}
