/**
 * A directory on disk to the tree that image writers start from, with its files measured and, if
 * wanted, put into a store.
 *
 * <p>Regular files of up to 64 bytes are kept in the tree, larger ones become external with the
 * digest of their content. Symbolic links are never followed, not even the source itself; mount
 * points are not noticed. Names are bytes. Of two scans of the same files the trees are equal,
 * whatever the number of threads and the kind of file system.
 *
 * <p>One thread walks, others open, read and hash files. What is being read is bounded by a window
 * of entries, so memory is needed for the tree, not for the work. A scan holds a descriptor for
 * each directory on the way from the source to where it is.
 *
 * <p>It is not a snapshot: a file that changes while it is read is an error, but one that changes
 * before or after it is read is taken as it was just then.
 */
@NullMarked
package dev.jcomposefs.cache.scan;

import org.jspecify.annotations.NullMarked;
