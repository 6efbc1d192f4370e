/**
 * Compares whole mounts: one tree, mounted by the kernel and by every way this project has, under
 * the same workloads in turns.
 *
 * <p>Terms: a <i>target</i> is one way to have the tree; a <i>workload</i> is something done to it
 * and timed; a <i>mode</i> is where client and server may run: on any CPU, or both on one. A
 * <i>cold</i> workload begins with empty kernel caches.
 *
 * <p>What counts is the ratio to the kernel within one run. Rounds go through all targets before a
 * target has its next turn, each round in another order, so that whatever else the machine does
 * hits all alike; the median is reported with the spread.
 *
 * <p>Beside it, the making of an image is compared with copying and hashing the same tree.
 *
 * <p>Needs root, since it mounts and empties caches. Not thread-safe, and nothing here is fast.
 */
@NullMarked
package dev.jcomposefs.bench.comparison;

import org.jspecify.annotations.NullMarked;
