/**
 * The command {@code jcfs}: which commands there are, what every one of them does with options and
 * errors, and the one place where the other modules are put together.
 *
 * <p>Each command lives in a package of its own below this one. A command throws what it cannot do;
 * {@link dev.jcomposefs.cli.Jcfs} turns that into one line on stderr and exit status 1. Results go
 * to stdout, everything else to stderr.
 *
 * <p>Commands run on the main thread, once per process.
 */
@NullMarked
package dev.jcomposefs.cli;

import org.jspecify.annotations.NullMarked;
