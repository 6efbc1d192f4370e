package dev.jcomposefs.cache.verify;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.cache.store.ObjectException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.FlightRecorder;

/** Counts what happens to the objects of one mount, and keeps the last failures. Thread-safe. */
final class VerifyLedger {
  /** How many failures are kept: enough for a look, too few to matter when everything fails. */
  static final int KEPT_FAILURES = 32;

  private final LongAdder opened = new LongAdder();
  private final LongAdder byKernel = new LongAdder();
  private final LongAdder unverified = new LongAdder();
  private final LongAdder hashed = new LongAdder();
  private final LongAdder cacheHits = new LongAdder();
  private final LongAdder failed = new LongAdder();

  @GuardedBy("failures")
  private final Deque<VerifyFailure> failures = new ArrayDeque<>(KEPT_FAILURES);

  void opened(VerifyEngine engine) {
    opened.increment();
    switch (engine) {
      case KERNEL -> byKernel.increment();
      case NONE -> unverified.increment();
      case USER_SPACE -> {}
    }
  }

  void hashed() {
    hashed.increment();
  }

  void cacheHit() {
    cacheHits.increment();
  }

  void failed(Object file, ObjectException failure) {
    failed.increment();
    VerifyFailure entry =
        new VerifyFailure(Instant.now(), file.toString(), failure.object(), failure.reason());
    if (FlightRecorder.isInitialized()) {
      new ObjectFailedEvent(entry).commit();
    }
    synchronized (failures) {
      if (failures.size() == KEPT_FAILURES) {
        failures.removeFirst();
      }
      failures.addLast(entry);
    }
  }

  VerifyCounts counts() {
    return new VerifyCounts(
        opened.sum(),
        byKernel.sum(),
        unverified.sum(),
        hashed.sum(),
        cacheHits.sum(),
        failed.sum());
  }

  List<VerifyFailure> lastFailures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }
}
