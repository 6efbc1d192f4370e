package dev.jcomposefs.format.verity;

/**
 * What it takes to hash one block. Each thread keeps its own: a server checks blocks with every
 * read, and five kilobytes of garbage for each of them would be what it collects most.
 */
final class BlockScratch {
  private static final ThreadLocal<BlockScratch> SHA256 =
      ThreadLocal.withInitial(() -> new BlockScratch(HashAlgorithm.SHA256));

  private static final ThreadLocal<BlockScratch> SHA512 =
      ThreadLocal.withInitial(() -> new BlockScratch(HashAlgorithm.SHA512));

  final BlockHasher hasher;
  final byte[] hash;
  final byte[] block = new byte[BlockHasher.BLOCK_SIZE];

  private BlockScratch(HashAlgorithm algorithm) {
    this.hasher = new BlockHasher(algorithm);
    this.hash = new byte[algorithm.digestSize()];
  }

  /** Between two blocks; for use before the caller returns. */
  static BlockScratch ofThisThread(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case SHA256 -> SHA256.get();
      case SHA512 -> SHA512.get();
    };
  }
}
