package dev.jcomposefs.fuse.dev;

/** What the machine's CPUs do while they have nothing to do. */
interface IdleCpus extends AutoCloseable {
  /**
   * They are to be back at work at once, at the price of not resting.
   *
   * @return false if that is not to be had, now or later
   */
  boolean keepAwake();

  /** They may rest as deeply as the machine likes. */
  void letRest();

  /** As {@link #letRest}, for the last time. */
  @Override
  void close();
}
