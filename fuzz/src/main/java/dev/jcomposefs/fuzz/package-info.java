/**
 * Hostile input for every reader of bytes that we did not write.
 *
 * <p>A <i>target</i> is a class with a method {@code fuzzerTestOneInput(byte[])}, which Jazzer
 * calls with one input after the other; each target's description states what must hold for any
 * input. A <i>seed</i> is a sound input to start from ({@link dev.jcomposefs.fuzz.SeedCorpus}). A
 * <i>mutant</i> is a sound image of which some fields were replaced ({@link
 * dev.jcomposefs.fuzz.MutantRun}): it gets past the checks that stop random bytes at once.
 *
 * <p>Run both with {@code script/fuzz}. Nothing here depends on Jazzer, so that all seeds and all
 * inputs that ever broke a target run with the other tests. Everything is single-threaded.
 */
@NullMarked
package dev.jcomposefs.fuzz;

import org.jspecify.annotations.NullMarked;
