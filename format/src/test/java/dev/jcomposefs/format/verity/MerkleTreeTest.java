package dev.jcomposefs.format.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MerkleTreeTest {
  /** Three blocks of hashes for SHA-256, five for SHA-512, and a last block of 17 bytes. */
  private static final byte[] CONTENT = Contents.counting(1_048_576 + 4096 + 17);

  private static final int BLOCKS = 258;

  @ParameterizedTest
  @EnumSource
  void verifies_everyBlock_andNoneThatWasChanged(HashAlgorithm algorithm) throws IOException {
    MerkleTree tree = tree(algorithm, CONTENT);

    for (int block = 0; block < BLOCKS; block++) {
      int at = block * MerkleTree.BLOCK_SIZE;
      int length = Math.min(MerkleTree.BLOCK_SIZE, CONTENT.length - at);
      byte[] tampered = Arrays.copyOfRange(CONTENT, at, at + length);
      tampered[(block * 31) % length] ^= 1;

      assertThat(tree.verifies(block, CONTENT, at, length)).as("block %d", block).isTrue();
      assertThat(tree.verifies(block, tampered, 0, length)).as("block %d", block).isFalse();
      assertThat(tree.verifies(block + 1, CONTENT, at, length)).as("block %d", block).isFalse();
    }
  }

  @Test
  void verifies_lastBlockWithItsPadding_isFalse() throws IOException {
    MerkleTree tree = tree(HashAlgorithm.SHA256, CONTENT);
    byte[] padded = Arrays.copyOfRange(CONTENT, 257 * 4096, 258 * 4096);

    assertThat(tree.verifies(257, padded, 0, 17)).isTrue();
    assertThat(tree.verifies(257, padded, 0, 18)).isFalse();
    assertThat(tree.verifies(257, padded, 0, 4096)).isFalse();
    assertThat(tree.verifies(257, padded, 0, 0)).isFalse();
  }

  @Test
  void verifies_outsideTheFile_isFalse() throws IOException {
    MerkleTree tree = tree(HashAlgorithm.SHA256, CONTENT);
    byte[] block = new byte[4096];

    assertThat(tree.verifies(-1, block, 0, 4096)).isFalse();
    assertThat(tree.verifies(258, block, 0, 4096)).isFalse();
    assertThat(tree.verifies(258, block, 0, 0)).isFalse();
    assertThat(tree.verifies(Long.MAX_VALUE, block, 0, 4096)).isFalse();
    assertThat(tree(HashAlgorithm.SHA256, new byte[0]).verifies(0, block, 0, 0)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void firstMismatch_blocksInARow_isTheFirstOneChanged(HashAlgorithm algorithm) throws IOException {
    MerkleTree tree = tree(algorithm, CONTENT);

    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(CONTENT.length).copyFrom(MemorySegment.ofArray(CONTENT));
      assertThat(tree.firstMismatch(0, bytes)).isEqualTo(-1);
      assertThat(tree.firstMismatch(0, MemorySegment.ofArray(CONTENT))).isEqualTo(-1);
      assertThat(tree.firstMismatch(120, bytes.asSlice(120 * 4096, 20 * 4096))).isEqualTo(-1);
      assertThat(tree.firstMismatch(250, bytes.asSlice(250 * 4096))).isEqualTo(-1);
      assertThat(tree.firstMismatch(121, bytes.asSlice(120 * 4096, 4096))).isEqualTo(121);

      flip(bytes, 130 * 4096 + 4095);
      flip(bytes, 200 * 4096);
      assertThat(tree.firstMismatch(0, bytes)).isEqualTo(130);
      assertThat(tree.firstMismatch(131, bytes.asSlice(131 * 4096))).isEqualTo(200);
      assertThat(tree.firstMismatch(201, bytes.asSlice(201 * 4096))).isEqualTo(-1);
    }
  }

  @Test
  void firstMismatch_partOfABlock_isThatBlock() throws IOException {
    MerkleTree tree = tree(HashAlgorithm.SHA256, CONTENT);
    MemorySegment bytes = MemorySegment.ofArray(CONTENT);

    assertThat(tree.firstMismatch(3, bytes.asSlice(3 * 4096, 4096 + 100))).isEqualTo(4);
    assertThat(tree.firstMismatch(257, bytes.asSlice(257 * 4096, 16))).isEqualTo(257);
  }

  @Test
  void firstMismatch_beyondTheEnd_isTheFirstBlockThatIsNotThere() throws IOException {
    MerkleTree tree = tree(HashAlgorithm.SHA256, Contents.counting(8192));

    assertThat(tree.firstMismatch(0, MemorySegment.ofArray(Contents.counting(8193)))).isEqualTo(2);
    assertThat(tree.firstMismatch(9, MemorySegment.ofArray(new byte[0]))).isEqualTo(-1);
    assertThatThrownBy(() -> tree.firstMismatch(-1, MemorySegment.ofArray(new byte[1])))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void heapBytes_ofALargeFile_isAboutOneHashForEachBlock() throws IOException {
    assertThat(tree(HashAlgorithm.SHA256, CONTENT).heapBytes())
        .isBetween(BLOCKS * 32L, BLOCKS * 32L + 300);
    assertThat(tree(HashAlgorithm.SHA512, CONTENT).heapBytes())
        .isBetween(BLOCKS * 64L, BLOCKS * 64L + 300);
  }

  private static void flip(MemorySegment bytes, long at) {
    bytes.set(ValueLayout.JAVA_BYTE, at, (byte) ~bytes.get(ValueLayout.JAVA_BYTE, at));
  }

  private static MerkleTree tree(HashAlgorithm algorithm, byte[] content) throws IOException {
    try (VerityMeasurer measurer = new VerityMeasurer(1)) {
      return measurer.tree(algorithm, Contents.source(content), content.length);
    }
  }
}
