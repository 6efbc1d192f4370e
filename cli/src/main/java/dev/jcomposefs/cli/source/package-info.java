/**
 * What several commands start from: a tree out of an image or a dump, whichever a file is, and a
 * directory of objects to look into.
 *
 * <p>For one thread each. Nothing here writes.
 */
@NullMarked
package dev.jcomposefs.cli.source;

import org.jspecify.annotations.NullMarked;
