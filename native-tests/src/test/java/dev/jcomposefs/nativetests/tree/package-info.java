/**
 * Comparing directory trees, entry by entry and byte by byte.
 *
 * <p>Names, link targets and extended attributes are bytes. Reads everything and changes nothing
 * but access times. Single-threaded.
 */
@NullMarked
package dev.jcomposefs.nativetests.tree;

import org.jspecify.annotations.NullMarked;
