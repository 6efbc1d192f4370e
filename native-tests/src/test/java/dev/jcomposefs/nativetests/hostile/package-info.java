/**
 * What must not get through: objects that are not the ones meant, images that lie, servers that
 * die, users without rights.
 *
 * <p>Each test runs the packaged application and looks from outside: at exit status and messages,
 * at errno and bytes, at the log, the status and the mount table.
 */
@NullMarked
package dev.jcomposefs.nativetests.hostile;

import org.jspecify.annotations.NullMarked;
