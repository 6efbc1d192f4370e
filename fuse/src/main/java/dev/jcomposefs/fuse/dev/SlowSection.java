package dev.jcomposefs.fuse.dev;

/** Is told when the answer to a request may take long, and when that is over. */
interface SlowSection {
  /**
   * The answer needs a file's content: a disk, a network, a digest.
   *
   * @throws PutOff if nobody could answer anything else meanwhile; then it has not begun
   */
  void begin(Request request);

  /**
   * It is there, or has failed.
   *
   * @return whether the caller has given up on it meanwhile
   */
  boolean end();
}
