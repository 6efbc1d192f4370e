/**
 * The object store: files named by the digest of their content, below a chain of base directories.
 *
 * <p>Terms: an <i>object</i> is a regular file that holds the content of files in images. A
 * <i>backing path</i> leads to it from a base directory; by convention it is two hex digits of the
 * digest, a slash, and the others. The base directories are searched in order.
 *
 * <p>Reading ({@link dev.jcomposefs.cache.store.ObjectStore}) trusts neither the backing path,
 * which comes from an image, nor what stands there: a path never leads out of its base directory or
 * through a symbolic link, and only regular files are opened. Whether the content is the right one
 * is not decided here but in {@code cache.verify}.
 *
 * <p>Writing ({@link dev.jcomposefs.cache.store.ObjectWriter}) keeps one promise: a name appears
 * only when the whole content is there, on the disk, and was measured: in the very file that gets
 * the name, or in the memory that the file was written from. There are no half-written objects,
 * whenever the machine stops.
 *
 * <p>Everything here is thread-safe. Objects are never changed and never removed.
 */
@NullMarked
package dev.jcomposefs.cache.store;

import org.jspecify.annotations.NullMarked;
