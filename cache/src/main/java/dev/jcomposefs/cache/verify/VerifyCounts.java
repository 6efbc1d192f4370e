package dev.jcomposefs.cache.verify;

/**
 * What became of the objects of a mount, since it was made.
 *
 * @param opened opens that succeeded
 * @param byKernel of these, how many the kernel checks
 * @param unverified of these, how many nobody checks
 * @param hashed how often an object was hashed from its first to its last byte
 * @param cacheHits how often that was saved because the file's hashes were known, or were being
 *     computed just then
 * @param failed opens and reads that failed
 */
public record VerifyCounts(
    long opened, long byKernel, long unverified, long hashed, long cacheHits, long failed) {}
