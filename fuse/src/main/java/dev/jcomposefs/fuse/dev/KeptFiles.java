package dev.jcomposefs.fuse.dev;

import org.jspecify.annotations.Nullable;

/**
 * Files that are kept in one way, within a budget, and which of them to give up when it is
 * exceeded. Guarded by the cache's lock.
 *
 * <p>The one that was used longest ago would be the wrong one for somebody who reads a tree that
 * does not fit again and again: each file would be given up shortly before it is read again. So a
 * file that comes while the budget is used up is kept among a few <i>recent</i> ones only, which is
 * long enough for all reads of one open; and it is mostly one of those that goes. One in {@value
 * #ADMISSION} of them takes the place of a <i>settled</i> one, so that what is kept follows, in the
 * long run, what is used. Caffeine's admission by frequency does better at that, but would need a
 * key object for each look-up, and gives up files that are in use.
 */
final class KeptFiles {
  private static final int ADMISSION = 16;

  /** Share of the budget that is for recent files, and how many they are at least. */
  private static final int RECENT_SHARE = 64;

  private static final int LEAST_RECENT = 16;

  /** Files in use that are looked at, and put to the other end, before giving up. */
  private static final int TRIES = 16;

  private final FileBudget budget;
  private final int mostRecent;
  private final Queue recent = new Queue();
  private final Queue settled = new Queue();
  private int turn;

  /** Where a file is kept. */
  static final class Place {
    private @Nullable KeptFiles keptBy;
    private @Nullable Queue queue;
    private @Nullable CachedFile newer;
    private @Nullable CachedFile older;

    @Nullable KeptFiles keptBy() {
      return keptBy;
    }
  }

  /** Files by their last use. */
  private static final class Queue {
    private @Nullable CachedFile newest;
    private @Nullable CachedFile oldest;
    private int size;

    private void add(CachedFile file) {
      file.place.queue = this;
      file.place.older = newest;
      file.place.newer = null;
      if (newest != null) {
        newest.place.newer = file;
      }
      newest = file;
      if (oldest == null) {
        oldest = file;
      }
      size++;
    }

    private void remove(CachedFile file) {
      CachedFile newer = file.place.newer;
      CachedFile older = file.place.older;
      if (newer == null) {
        newest = older;
      } else {
        newer.place.older = older;
      }
      if (older == null) {
        oldest = newer;
      } else {
        older.place.newer = newer;
      }
      file.place.newer = null;
      file.place.older = null;
      file.place.queue = null;
      size--;
    }

    private void use(CachedFile file) {
      if (file != newest) {
        remove(file);
        add(file);
      }
    }

    /** One that nobody holds, of those that were used longest ago. */
    private @Nullable CachedFile oldestUnused() {
      for (int tries = Math.min(size, TRIES); tries > 0; tries--) {
        CachedFile file = oldest;
        if (file == null || file.isUnused()) {
          return file;
        }
        use(file);
      }
      return null;
    }
  }

  KeptFiles(FileBudget budget) {
    this.budget = budget;
    this.mostRecent = Math.max(LEAST_RECENT, budget.limit() / RECENT_SHARE);
  }

  /** Keeps a file that is not kept yet. */
  void add(CachedFile file) {
    file.place.keptBy = this;
    budget.add();
    recent.add(file);
    if (!budget.isExceeded()) {
      while (recent.size > mostRecent) {
        settle(recent.oldest);
      }
    }
  }

  private void settle(@Nullable CachedFile file) {
    if (file != null) {
      recent.remove(file);
      settled.add(file);
    }
  }

  /** One that is kept is used again. */
  static void use(CachedFile file) {
    Queue queue = file.place.queue;
    if (queue != null) {
      queue.use(file);
    }
  }

  void remove(CachedFile file) {
    Queue queue = file.place.queue;
    if (queue != null) {
      queue.remove(file);
    }
    file.place.keptBy = null;
    budget.remove();
  }

  /** The file to give up now; null if the budget is kept, or all that were looked at are in use. */
  @Nullable CachedFile surplus() {
    if (!budget.isExceeded()) {
      return null;
    }
    CachedFile newcomer = recent.size > mostRecent ? recent.oldestUnused() : null;
    if (newcomer != null && ++turn % ADMISSION != 0) {
      return newcomer;
    }
    CachedFile oldest = settled.oldestUnused();
    if (newcomer != null && oldest != null) {
      settle(newcomer);
      return oldest;
    }
    if (newcomer != null) {
      return newcomer;
    }
    return oldest == null ? recent.oldestUnused() : oldest;
  }

  /** Any of them; null if there is none. */
  @Nullable CachedFile any() {
    return settled.oldest == null ? recent.oldest : settled.oldest;
  }
}
