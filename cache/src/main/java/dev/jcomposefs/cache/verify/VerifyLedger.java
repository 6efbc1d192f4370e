package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.store.ObjectException;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.FlightRecorder;

/** Counts what happens to the objects of one mount. Thread-safe. */
final class VerifyLedger {
  private final LongAdder opened = new LongAdder();
  private final LongAdder byKernel = new LongAdder();
  private final LongAdder unverified = new LongAdder();
  private final LongAdder hashed = new LongAdder();
  private final LongAdder cacheHits = new LongAdder();
  private final LongAdder failed = new LongAdder();

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
    if (FlightRecorder.isInitialized()) {
      new ObjectFailedEvent(file, failure).commit();
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
}
