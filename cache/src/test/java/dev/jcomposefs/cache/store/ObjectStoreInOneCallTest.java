package dev.jcomposefs.cache.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.format.error.FsException;
import org.junit.jupiter.api.BeforeAll;

class ObjectStoreInOneCallTest extends ObjectStoreContract {
  @BeforeAll
  static void needsTheCall() throws FsException {
    assumeTrue(
        BeneathOpener.supported().equals(BeneathOpener.IN_ONE_CALL),
        "this system has no openat2(2)");
  }

  @Override
  BeneathOpener opener() {
    return BeneathOpener.IN_ONE_CALL;
  }
}
