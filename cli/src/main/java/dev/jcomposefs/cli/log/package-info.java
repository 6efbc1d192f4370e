/**
 * Where log lines go: warnings and errors to stderr, or to a file for a mount that was given one.
 *
 * <p>Set up in code, because reading a configuration file would cost every command a tenth of a
 * second.
 */
@NullMarked
package dev.jcomposefs.cli.log;

import org.jspecify.annotations.NullMarked;
