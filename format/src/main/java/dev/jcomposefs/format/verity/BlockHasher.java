package dev.jcomposefs.format.verity;

import java.security.DigestException;
import java.security.MessageDigest;

/**
 * Hashes blocks of 4096 bytes, one after the other, into arrays that are there already. Not
 * thread-safe.
 */
final class BlockHasher {
  /** Bytes of a block, of data as of hashes. */
  static final int BLOCK_SIZE = 4096;

  private static final byte[] ZEROS = new byte[BLOCK_SIZE];

  private final HashAlgorithm algorithm;
  private final MessageDigest hash;

  BlockHasher(HashAlgorithm algorithm) {
    this.algorithm = algorithm;
    this.hash = algorithm.newMessageDigest();
  }

  HashAlgorithm algorithm() {
    return algorithm;
  }

  /** Takes the next part of the current block. */
  void update(byte[] bytes, int offset, int length) {
    hash.update(bytes, offset, length);
  }

  /**
   * Ends the current block and starts another.
   *
   * @param length how many bytes of it were given; the others count as zeros
   * @param into where its hash goes, from {@code at} on
   */
  void finish(int length, byte[] into, int at) {
    hash.update(ZEROS, 0, BLOCK_SIZE - length);
    digest(into, at);
  }

  /** Hashes one whole block, padded with zeros if {@code length} is less than 4096. */
  void hash(byte[] bytes, int offset, int length, byte[] into, int at) {
    hash.update(bytes, offset, length);
    finish(length, into, at);
  }

  /**
   * Hashes consecutive blocks at the start of an array, of which the last may be short.
   *
   * @param into where their hashes go, one after the other, from {@code at} on
   * @return where the next hash goes
   */
  int hashAll(byte[] bytes, int length, byte[] into, int at) {
    for (int block = 0; block < length; block += BLOCK_SIZE) {
      hash(bytes, block, Math.min(BLOCK_SIZE, length - block), into, at);
      at += algorithm.digestSize();
    }
    return at;
  }

  /** The digest of a file, from its size and the root hash of its tree. */
  Digest fileDigest(long fileSize, byte[] rootHash) {
    byte[] descriptor = VerityDescriptorLayout.encode(algorithm, fileSize, rootHash);
    byte[] digest = new byte[algorithm.digestSize()];
    hash.update(descriptor);
    digest(digest, 0);
    return Digest.of(algorithm, digest);
  }

  /** Forgets what was given of the current block. */
  void reset() {
    hash.reset();
  }

  private void digest(byte[] into, int at) {
    try {
      hash.digest(into, at, algorithm.digestSize());
    } catch (DigestException e) {
      throw new AssertionError("the hash has another length than its name says", e);
    }
  }
}
