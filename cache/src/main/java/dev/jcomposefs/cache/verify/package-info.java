/**
 * The decision whether the bytes of an object may be served.
 *
 * <p>Terms: the <i>policy</i> of a mount says which objects must prove themselves ({@link
 * dev.jcomposefs.cache.verify.VerifyPolicy}); the <i>engine</i> is who checks the proof ({@link
 * dev.jcomposefs.cache.verify.VerifyEngine}): the kernel, if the object is under its fs-verity, or
 * else this process. In user space an object is hashed whole when it is opened; that proves what it
 * was then, so the hashes of its blocks are kept, and every block that is read later is held
 * against them again. An object that is changed after the open gives an error, never other bytes.
 *
 * <p>A {@link dev.jcomposefs.cache.verify.VerificationCache} remembers hashes for the whole
 * process; an {@link dev.jcomposefs.cache.verify.ObjectVerifier} serves one mount and counts for
 * it; a {@link dev.jcomposefs.cache.verify.VerifiedObject} is an open object. All are thread-safe.
 *
 * <p>What is remembered is a fact, "this state of this file has this digest", and not a verdict: it
 * is compared with the digest in the image at every open, so a wrong object cannot become a right
 * one by being remembered.
 *
 * <p>Failures are counted, listed and emitted as JFR events, and thrown; logging them is up to the
 * driver that answers the kernel.
 */
@NullMarked
package dev.jcomposefs.cache.verify;

import org.jspecify.annotations.NullMarked;
