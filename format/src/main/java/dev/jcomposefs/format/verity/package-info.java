/**
 * fs-verity digests: the names of objects, and the proof that bytes are the ones an image means.
 *
 * <p>A file is cut into 4096-byte blocks, each (the last one padded with zeros) is hashed, the
 * hashes are concatenated and cut into blocks again, until one hash is left: the root hash. The
 * digest is the hash of a 256-byte descriptor that holds the root hash and the file's size. No
 * salt, no signature.
 *
 * <p>Source: Linux {@code Documentation/filesystems/fsverity.rst}, "Merkle tree" and "fs-verity
 * descriptor".
 */
@NullMarked
package dev.jcomposefs.format.verity;

import org.jspecify.annotations.NullMarked;
