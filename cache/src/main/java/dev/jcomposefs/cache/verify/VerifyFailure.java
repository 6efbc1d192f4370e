package dev.jcomposefs.cache.verify;

import java.time.Instant;

/**
 * An open or a read that failed.
 *
 * @param time when
 * @param file the file in the mount, as the mount describes it
 * @param object the backing path in printable form
 * @param cause where, what was found and what was expected
 */
public record VerifyFailure(Instant time, String file, String object, String cause) {}
