/**
 * The C library's file calls, for tests: every path, name and value as bytes.
 *
 * <p>Deliberately shares nothing with {@code cache.linux}: the product fills images and answers
 * mounts with its own system calls, and a yardstick made of the same decoding would agree with a
 * mistake in it.
 *
 * <p>Failures are {@link dev.jcomposefs.format.error.FsException} with the call's errno.
 * Thread-safe and stateless. A call on a mount whose server hangs blocks until the server is ended,
 * see {@link dev.jcomposefs.nativetests.fixture.Served}.
 */
@NullMarked
package dev.jcomposefs.nativetests.posix;

import org.jspecify.annotations.NullMarked;
