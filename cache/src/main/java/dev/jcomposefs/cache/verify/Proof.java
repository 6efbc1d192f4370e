package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.MerkleTree;
import java.lang.ref.SoftReference;

/**
 * The hashes that an open object is held against.
 *
 * <p>How many objects are open, and how large they are, is up to whoever made the image. Their
 * hashes are therefore given up when memory is short, and computed anew when the object is read the
 * next time: many large objects are then slow, where they would take the whole process down.
 * Thread-safe.
 */
final class Proof {
  /** Computes the hashes anew. */
  @FunctionalInterface
  interface Recovery {
    /**
     * @throws ObjectException EIO if the object is not what it was
     */
    MerkleTree tree() throws ObjectException;
  }

  private final HashAlgorithm algorithm;
  private final Recovery recovery;

  private volatile SoftReference<MerkleTree> tree;

  Proof(MerkleTree tree, Recovery recovery) {
    this.algorithm = tree.algorithm();
    this.tree = new SoftReference<>(tree);
    this.recovery = recovery;
  }

  HashAlgorithm algorithm() {
    return algorithm;
  }

  MerkleTree tree() throws ObjectException {
    MerkleTree known = tree.get();
    return known == null ? recover() : known;
  }

  /** One at a time: the others find what the first has computed. */
  private synchronized MerkleTree recover() throws ObjectException {
    MerkleTree known = tree.get();
    if (known == null) {
      known = recovery.tree();
      tree = new SoftReference<>(known);
    }
    return known;
  }

  /** As the collector does it when memory is short. */
  void giveUp() {
    tree.clear();
  }
}
