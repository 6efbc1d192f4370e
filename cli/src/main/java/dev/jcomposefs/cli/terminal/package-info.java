/** What every command does the same way towards the person at the terminal: errors and names. */
@NullMarked
package dev.jcomposefs.cli.terminal;

import org.jspecify.annotations.NullMarked;
