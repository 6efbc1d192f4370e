/**
 * fs-verity digests: the names of objects, and the proof that bytes are the ones an image means.
 *
 * <p>A file is cut into 4096-byte blocks, each (the last one padded with zeros) is hashed, the
 * hashes are concatenated and cut into blocks again, until one hash is left: the root hash. The
 * digest is the hash of a 256-byte descriptor that holds the root hash and the file's size. No
 * salt, no signature.
 *
 * <p>The hash of an empty file's tree is all zeros, as the kernel has it. Some user-space tools
 * hash a block of zeros instead; no image depends on that, as empty files carry no digest.
 *
 * <p>{@link dev.jcomposefs.format.verity.VerityHasher} takes bytes as they come, {@link
 * dev.jcomposefs.format.verity.VerityMeasurer} reads files, with several threads if wanted, and can
 * keep the hashes of the blocks in a {@link dev.jcomposefs.format.verity.MerkleTree}. Nothing here
 * asks the kernel, opens a file, or compares a digest with the one that was expected.
 *
 * <p>Source: Linux {@code Documentation/filesystems/fsverity.rst}, "Merkle tree" and "fs-verity
 * descriptor".
 */
@NullMarked
package dev.jcomposefs.format.verity;

import org.jspecify.annotations.NullMarked;
