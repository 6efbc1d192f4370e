/** {@code jcfs info}: what an image file holds, for people and as JSON. Reads no object. */
@NullMarked
package dev.jcomposefs.cli.info;

import org.jspecify.annotations.NullMarked;
