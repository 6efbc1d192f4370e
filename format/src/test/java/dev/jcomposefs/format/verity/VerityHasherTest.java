package dev.jcomposefs.format.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class VerityHasherTest {

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.verity.Contents#vectors")
  void digest_knownContent_isTheKnownDigest(Contents.Vector vector) {
    assertThat(VerityHasher.digest(vector.algorithm(), Contents.counting(vector.size())))
        .isEqualTo(vector.digest());
  }

  @ParameterizedTest
  @CsvSource({
    "0x00, 4096, babc284ee4ffe7f449377fbf6692715b43aec7bc39c094a95878904d34bac97e",
    "0x00, 8192, be54121da3877f8852c65136d731784f134c4dd9d95071502e80d7be9f99b263",
    "0x00, 65, 2d98e93d22d214e78052ae99e8a15efdb456e1a14295d3cb161b559eb35311a7",
    "0xff, 1048576, 035d720d4dbe9ab79e18382bf6bc740de116bdd63cfd53b10efac4332abe4ac3",
  })
  void digest_oneByteRepeated_isTheKnownDigest(String value, int size, String digest) {
    byte[] content = new byte[size];
    Arrays.fill(content, Integer.decode(value).byteValue());

    assertThat(VerityHasher.digest(HashAlgorithm.SHA256, content).toHex()).isEqualTo(digest);
  }

  @Test
  void digest_text_isTheKnownDigest() {
    byte[] content = "hello\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(VerityHasher.digest(HashAlgorithm.SHA256, content).toHex())
        .isEqualTo("9c76eecc7b76fcb46199cb27b90cf59a660e10575bb0412128905129d5b1c2aa");
  }

  /** The steps on the way to the digest of 4097 bytes, each as fsverity-utils has it. */
  @Test
  void parts_of4097Bytes_areTheKnownOnes() {
    byte[] content = Contents.counting(4097);
    BlockHasher hasher = new BlockHasher(HashAlgorithm.SHA256);
    byte[] leaves = new byte[64];
    HashLevels levels = new HashLevels(hasher);

    hasher.hashAll(content, content.length, leaves, 0);
    levels.add(leaves, 0);
    levels.add(leaves, 32);
    byte[] root = levels.root();

    assertThat(HexFormat.of().formatHex(leaves))
        .isEqualTo(
            "d67c656e01756650d77717b0839985a056ec28ffe174601d690fc407a2ceffca"
                + "8739b9d292016268de92e584032a92f95e176f01e69230bd5a056e769c8b9363");
    assertThat(HexFormat.of().formatHex(root))
        .isEqualTo("9281fce0c40dfec63487b986806368f10224370b496de24d42498a1db0a660f1");
    assertThat(
            HexFormat.of()
                .formatHex(VerityDescriptorLayout.encode(HashAlgorithm.SHA256, 4097, root)))
        .isEqualTo(
            "01010c00000000000110000000000000"
                + "9281fce0c40dfec63487b986806368f10224370b496de24d42498a1db0a660f1"
                + "00".repeat(256 - 16 - 32));
    assertThat(hasher.fileDigest(4097, root).toHex())
        .isEqualTo("b0d074abef4d544404facfab6ba242f6a8ccbde90f1325cd286f3c8aa8d0f8aa");
  }

  @ParameterizedTest
  @EnumSource
  void update_partsOfAnySize_giveTheSameDigest(HashAlgorithm algorithm) {
    byte[] content = Contents.counting(3_145_745);
    Digest whole = VerityHasher.digest(algorithm, content);
    VerityHasher hasher = new VerityHasher(algorithm);

    for (int size : new int[] {1, 63, 64, 129, 4095, 4096, 4097, 12_345, 1_048_577}) {
      for (int at = 0; at < content.length; at += size) {
        hasher.update(content, at, Math.min(size, content.length - at));
      }
      assertThat(hasher.digest()).as("parts of %d bytes", size).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource
  void update_segments_giveTheSameDigest(HashAlgorithm algorithm) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] content = new byte[300_000];
    random.nextBytes(content);
    Digest whole = VerityHasher.digest(algorithm, content);
    VerityHasher hasher = new VerityHasher(algorithm);

    try (Arena arena = Arena.ofConfined()) {
      MemorySegment off = arena.allocate(content.length).copyFrom(MemorySegment.ofArray(content));
      for (MemorySegment segment :
          new MemorySegment[] {off, off.asReadOnly(), MemorySegment.ofArray(content)}) {
        for (long at = 0; at < content.length; ) {
          long part = Math.min(random.nextLong(20_000), content.length - at);
          hasher.update(segment.asSlice(at, part));
          at += part;
        }
        assertThat(hasher.digest()).as("seed %d", seed).isEqualTo(whole);
      }
    }
  }

  @Test
  void digest_usedAgain_startsAnew() {
    VerityHasher hasher = new VerityHasher(HashAlgorithm.SHA256);
    byte[] content = Contents.counting(1_048_576);
    hasher.update(content, 0, 1_000_001);
    hasher.digest();
    hasher.update(content, 0, 4097);

    assertThat(hasher.digest())
        .isEqualTo(
            Digest.parse("b0d074abef4d544404facfab6ba242f6a8ccbde90f1325cd286f3c8aa8d0f8aa"));
  }

  @Test
  void reset_inTheMiddleOfABlock_forgetsIt() {
    VerityHasher hasher = new VerityHasher(HashAlgorithm.SHA512);
    hasher.update(Contents.counting(300_001), 0, 300_001);
    hasher.reset();

    assertThat(hasher.digest()).isEqualTo(VerityHasher.digest(HashAlgorithm.SHA512, new byte[0]));
  }

  @Test
  void update_outsideTheArray_isRefused() {
    VerityHasher hasher = new VerityHasher(HashAlgorithm.SHA256);

    assertThatThrownBy(() -> hasher.update(new byte[10], 5, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
