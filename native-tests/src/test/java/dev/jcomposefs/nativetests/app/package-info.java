/**
 * The packaged application as a person meets it: started from anywhere, moved elsewhere, on a
 * machine with several JDKs, given wrong arguments.
 */
@NullMarked
package dev.jcomposefs.nativetests.app;

import org.jspecify.annotations.NullMarked;
