package dev.jcomposefs.format.verity;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The hashes of every block of a file that was measured: they prove, block by block, that bytes
 * read later are still those that were measured. Immutable and thread-safe.
 *
 * <p>Only the lowest level is kept, 32 (SHA-256) or 64 (SHA-512) bytes for each 4096 of the file.
 * The levels above would prove the hashes against the digest, but these never leave this object's
 * memory, and the digest was computed from them.
 */
public final class MerkleTree {
  /** Bytes of a block of the file; its last block may be shorter. */
  public static final int BLOCK_SIZE = BlockHasher.BLOCK_SIZE;

  private static final int ARRAY_HEADER = 16;
  private static final int REFERENCE = 4;
  private static final int FIXED_BYTES = 160; // this object, the digest, two array headers

  private final HashAlgorithm algorithm;
  private final long fileSize;
  private final Digest digest;

  // Cut as in the file's own tree: each array is one block of hashes, the last one cut short. One
  // array for all would end at files of 256 GiB, and would have to be copied while it grows.
  private final byte[][] leafBlocks;

  MerkleTree(HashAlgorithm algorithm, long fileSize, Digest digest, List<byte[]> leafBlocks) {
    this.algorithm = algorithm;
    this.fileSize = fileSize;
    this.digest = digest;
    this.leafBlocks = leafBlocks.toArray(byte[][]::new);
  }

  public HashAlgorithm algorithm() {
    return algorithm;
  }

  /** Bytes of the file. */
  public long fileSize() {
    return fileSize;
  }

  /** The file's digest. */
  public Digest digest() {
    return digest;
  }

  /** About how many bytes of the heap this object takes. */
  public long heapBytes() {
    long bytes = FIXED_BYTES;
    for (byte[] leaves : leafBlocks) {
      bytes += ARRAY_HEADER + REFERENCE + leaves.length;
    }
    return bytes;
  }

  /**
   * Whether bytes are those of a block of the file.
   *
   * <p>To check several blocks in a row, {@link #firstMismatch} is faster.
   *
   * @param index the block's number in the file, from 0
   * @param length 4096, or for the last block what is left of the file; with any other number, or
   *     with an index outside the file, the answer is false
   */
  public boolean verifies(long index, byte[] block, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, block.length);
    if (index < 0 || index >= blockCount() || length != lengthOf(index)) {
      return false;
    }
    byte[] hash = new byte[algorithm.digestSize()];
    new BlockHasher(algorithm).hash(block, offset, length, hash, 0);
    return isLeaf(index, hash);
  }

  /**
   * Looks for the first block in a row that is not the file's.
   *
   * @param firstIndex number in the file of the first block, from 0
   * @param bytes the blocks, up to the end of a block or of the file; a part of a block is a block
   *     that does not match, as is one beyond the end of the file
   * @return the number in the file of the first block that does not match, or -1 if all do
   */
  public long firstMismatch(long firstIndex, MemorySegment bytes) {
    if (firstIndex < 0) {
      throw new IndexOutOfBoundsException(firstIndex);
    }
    long end = bytes.byteSize();
    BlockScratch scratch = BlockScratch.ofThisThread(algorithm);
    byte[] block = scratch.block;
    long index = firstIndex;
    for (long at = 0; at < end; at += BLOCK_SIZE) {
      int length = (int) Math.min(BLOCK_SIZE, end - at);
      if (index >= blockCount() || length != lengthOf(index)) {
        return index;
      }
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, block, 0, length);
      scratch.hasher.hash(block, 0, length, scratch.hash, 0);
      if (!isLeaf(index, scratch.hash)) {
        return index;
      }
      index++;
    }
    return -1;
  }

  private long blockCount() {
    return fileSize / BLOCK_SIZE + (fileSize % BLOCK_SIZE == 0 ? 0 : 1);
  }

  private long lengthOf(long index) {
    return Math.min(BLOCK_SIZE, fileSize - index * BLOCK_SIZE);
  }

  private boolean isLeaf(long index, byte[] hash) {
    int size = algorithm.digestSize();
    int perBlock = BLOCK_SIZE / size;
    byte[] leaves = leafBlocks[(int) (index / perBlock)];
    int at = (int) (index % perBlock) * size;
    return Arrays.equals(leaves, at, at + size, hash, 0, size);
  }
}
