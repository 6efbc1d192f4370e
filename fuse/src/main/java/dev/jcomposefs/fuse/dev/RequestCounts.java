package dev.jcomposefs.fuse.dev;

import java.util.concurrent.atomic.AtomicLongArray;

/** How many requests of each kind one worker has had: written by it, read by anybody. */
final class RequestCounts {
  private final AtomicLongArray counts = new AtomicLongArray(Opcode.LIMIT);

  void increment(Opcode opcode) {
    // One writer only, so nothing has to be atomic; the rest of the cost would be a fence.
    int at = opcode.number();
    counts.setOpaque(at, counts.getPlain(at) + 1);
  }

  /** Adds those of a worker that is done. */
  void add(RequestCounts others) {
    for (int at = 0; at < Opcode.LIMIT; at++) {
      counts.setOpaque(at, counts.getPlain(at) + others.counts.getOpaque(at));
    }
  }

  long get(Opcode opcode) {
    return counts.getOpaque(opcode.number());
  }
}
