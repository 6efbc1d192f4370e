package dev.jcomposefs.format.verity;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * The fs-verity digest of bytes that come one part after the other, in parts of any size.
 *
 * <p>Needs a block of memory for each level of the tree and no more, however long the content. Its
 * speed is that of the hash itself. Can be used again and again; not thread-safe.
 */
public final class VerityHasher {
  private final BlockHasher blocks;
  private final HashLevels levels;
  private final byte[] leaf;
  private final byte[] scratch = new byte[BlockHasher.BLOCK_SIZE];

  private long size;
  private int pending; // bytes of the current block, below its size

  public VerityHasher(HashAlgorithm algorithm) {
    blocks = new BlockHasher(algorithm);
    levels = new HashLevels(blocks);
    leaf = new byte[algorithm.digestSize()];
  }

  /** The digest of {@code content}. */
  public static Digest digest(HashAlgorithm algorithm, byte[] content) {
    VerityHasher hasher = new VerityHasher(algorithm);
    hasher.update(content, 0, content.length);
    return hasher.digest();
  }

  /** Takes the next {@code length} bytes of the content. */
  public void update(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    size += length;
    int end = offset + length;
    while (offset < end) {
      int part = Math.min(BlockHasher.BLOCK_SIZE - pending, end - offset);
      blocks.update(bytes, offset, part);
      offset += part;
      pending += part;
      if (pending == BlockHasher.BLOCK_SIZE) {
        finishBlock();
      }
    }
  }

  /** Takes all bytes of the segment as the next ones of the content. */
  public void update(MemorySegment bytes) {
    long end = bytes.byteSize();
    for (long at = 0; at < end; at += scratch.length) {
      int part = (int) Math.min(scratch.length, end - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, scratch, 0, part);
      update(scratch, 0, part);
    }
  }

  /** Ends the content, gives its digest, and starts another. */
  public Digest digest() {
    if (pending > 0) {
      finishBlock();
    }
    Digest digest = blocks.fileDigest(size, levels.root());
    reset();
    return digest;
  }

  /** Forgets what was given so far. */
  public void reset() {
    blocks.reset();
    levels.reset();
    size = 0;
    pending = 0;
  }

  private void finishBlock() {
    blocks.finish(pending, leaf, 0);
    levels.add(leaf, 0);
    pending = 0;
  }
}
