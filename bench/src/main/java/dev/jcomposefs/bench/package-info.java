/**
 * Measures the parts with JMH, each beside the bare thing it is made of, so that what counts is the
 * ratio of two lines of one run.
 *
 * <p>{@code java -jar bench/target/benchmarks.jar NAME} runs those whose name matches. The defaults
 * are short; on a machine that does other things as well, run twice and compare. Whole mounts are
 * compared by {@code bench.comparison}.
 */
@NullMarked
package dev.jcomposefs.bench;

import org.jspecify.annotations.NullMarked;
