package dev.jcomposefs.fuse.dev;

/** Is told when the answer to a request may take long, and when that is over. */
interface SlowSection {
  /**
   * The answer needs a file's content: a disk, a network, a digest.
   *
   * @param unique of the request, for the kernel's INTERRUPT
   */
  void begin(long unique);

  /**
   * It is there, or has failed.
   *
   * @return whether the caller has given up on it meanwhile
   */
  boolean end();
}
