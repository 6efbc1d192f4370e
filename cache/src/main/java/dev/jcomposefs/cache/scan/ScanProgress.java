package dev.jcomposefs.cache.scan;

/** Is told how far a scan has come; from many threads, and at once. */
public interface ScanProgress {
  /** Tells nobody. */
  ScanProgress NONE =
      new ScanProgress() {
        @Override
        public void found(long bytes) {}

        @Override
        public void done(long bytes) {}
      };

  /**
   * A regular file was found.
   *
   * @param bytes its size
   */
  void found(long bytes);

  /**
   * A regular file that was found is in the tree's memory or measured and, if wanted, in the store.
   *
   * @param bytes its size
   */
  void done(long bytes);
}
