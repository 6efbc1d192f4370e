package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.cache.store.ObjectFile;
import dev.jcomposefs.format.verity.MerkleTree;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open object whose bytes may be served. Thread-safe; a close lets the reads that are under way
 * end first.
 */
public final class VerifiedObject implements AutoCloseable {
  private static final int BLOCK = MerkleTree.BLOCK_SIZE;

  /** How much is read at once where blocks cannot go straight to where they are wanted; bytes. */
  private static final int DETOUR = 16 * BLOCK;

  private final ObjectFile object;
  private final VerifyEngine engine;
  private final @Nullable Proof proof;
  private final Consumer<ObjectException> onFailure;

  /**
   * @param proof the hashes of the blocks; null unless this process checks them
   * @param onFailure told of every read that fails
   */
  VerifiedObject(
      ObjectFile object,
      VerifyEngine engine,
      @Nullable Proof proof,
      Consumer<ObjectException> onFailure) {
    this.object = object;
    this.engine = engine;
    this.proof = proof;
    this.onFailure = onFailure;
  }

  /** Bytes. */
  public long size() {
    return object.size();
  }

  public VerifyEngine engine() {
    return engine;
  }

  /**
   * The file itself, for whoever hands it to the kernel. Reading it directly is checked by {@link
   * VerifyEngine#KERNEL} only.
   */
  public ObjectFile file() {
    return object;
  }

  /**
   * Reads and, if that is up to this process, checks.
   *
   * <p>Fastest into native memory, from a multiple of 4096 on, for a multiple of 4096 bytes or to
   * the end: as the kernel's page cache asks.
   *
   * @param position bytes from the start, 0 or more
   * @param into as many bytes as are wanted
   * @return how many were read: fewer than wanted only at the end, 0 behind it
   * @throws ObjectException EIO if the bytes are not those that were verified, or cannot be read;
   *     {@code into} then holds zeros
   */
  public int read(long position, MemorySegment into) throws ObjectException {
    if (position < 0) {
      throw new IllegalArgumentException("position is %d, expected 0 or more".formatted(position));
    }
    if (position >= size()) {
      return 0;
    }
    int length = (int) Math.min(Math.min(into.byteSize(), Integer.MAX_VALUE), size() - position);
    MemorySegment wanted = into.asSlice(0, length);
    try {
      if (into.isNative() && (proof == null || isWholeBlocks(position, length))) {
        fill(position, wanted);
        check(position, wanted);
      } else {
        readByDetour(position, wanted);
      }
      return length;
    } catch (ObjectException e) {
      wanted.fill((byte) 0);
      onFailure.accept(e);
      throw e;
    }
  }

  private boolean isWholeBlocks(long position, int length) {
    long end = position + length;
    return position % BLOCK == 0 && (end % BLOCK == 0 || end == size());
  }

  /** Reads the blocks around what is wanted, checks them, and copies. */
  private void readByDetour(long position, MemorySegment wanted) throws ObjectException {
    long end = position + wanted.byteSize();
    long at = position;
    byte[] bytes = new byte[(int) Math.min(DETOUR, roundUp(end) - position / BLOCK * BLOCK)];
    while (at < end) {
      long from = at / BLOCK * BLOCK;
      int length = (int) Math.min(bytes.length, size() - from);
      MemorySegment blocks = MemorySegment.ofArray(bytes).asSlice(0, length);
      fill(from, bytes, length);
      check(from, blocks);
      long part = Math.min(from + length, end) - at;
      MemorySegment.copy(blocks, at - from, wanted, at - position, part);
      at += part;
    }
  }

  private static long roundUp(long position) {
    return (position + BLOCK - 1) / BLOCK * BLOCK;
  }

  private void fill(long position, MemorySegment wanted) throws ObjectException {
    long done = 0;
    while (done < wanted.byteSize()) {
      int n = object.read(position + done, wanted.asSlice(done));
      if (n == 0) {
        throw cutAt(position + done);
      }
      done += n;
    }
  }

  private void fill(long position, byte[] wanted, int length) throws ObjectException {
    int done = 0;
    while (done < length) {
      int n = object.read(position + done, wanted, done, length - done);
      if (n == 0) {
        throw cutAt(position + done);
      }
      done += n;
    }
  }

  private ObjectException cutAt(long position) {
    return object.error(
        "changed since it was opened: found its end at byte %d, expected %d"
            .formatted(position, size()));
  }

  private void check(long position, MemorySegment blocks) throws ObjectException {
    if (proof == null) {
      return;
    }
    long block = proof.tree().firstMismatch(position / BLOCK, blocks);
    if (block >= 0) {
      throw object.error(
          "changed since it was opened: block %d (from byte %d on) does not have its hash"
              .formatted(block, block * BLOCK));
    }
  }

  @Override
  public void close() {
    object.close();
  }
}
