/**
 * {@code jcfs diff}: what has to happen to one tree to make it another, and what has to be fetched
 * for it. Reads images or dumps; looks for objects, but into none.
 */
@NullMarked
package dev.jcomposefs.cli.diff;

import org.jspecify.annotations.NullMarked;
