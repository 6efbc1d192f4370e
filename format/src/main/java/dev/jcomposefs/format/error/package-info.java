/**
 * The one family of errors that reaches a caller of the file system.
 *
 * <p>Each carries an {@link dev.jcomposefs.format.error.Errno}, which a driver hands to the kernel
 * as it is; whatever else is thrown becomes {@code EIO} and a log line. A name that is not there is
 * an answer, not an error, and has no exception. Corrupt (the bytes break their format's rules) and
 * unsupported (the bytes are fine, this reader is too old) are told apart because the user does
 * different things about them.
 */
@NullMarked
package dev.jcomposefs.format.error;

import org.jspecify.annotations.NullMarked;
