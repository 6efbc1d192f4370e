package dev.jcomposefs.cache.store;

class ObjectStoreStepByStepTest extends ObjectStoreContract {
  @Override
  BeneathOpener opener() {
    return BeneathOpener.STEP_BY_STEP;
  }
}
