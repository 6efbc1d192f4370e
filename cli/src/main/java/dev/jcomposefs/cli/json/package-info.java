/**
 * JSON as trees of maps, lists, strings, numbers and booleans, over Jackson's token streams.
 *
 * <p>Mapping objects by reflection would be less to write, but takes a short command longer to load
 * than everything else it does.
 */
@NullMarked
package dev.jcomposefs.cli.json;

import org.jspecify.annotations.NullMarked;
