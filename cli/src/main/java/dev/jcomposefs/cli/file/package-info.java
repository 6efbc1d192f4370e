/**
 * Files that commands read and write: they appear when they are complete, and fail with the
 * kernel's own errno, which the JDK's streams keep to themselves.
 *
 * <p>For one thread each. Nothing here knows what is in the files.
 */
@NullMarked
package dev.jcomposefs.cli.file;

import org.jspecify.annotations.NullMarked;
