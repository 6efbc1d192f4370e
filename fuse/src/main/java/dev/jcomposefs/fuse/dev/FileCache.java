package dev.jcomposefs.fuse.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.fs.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * The files that are open on this side, by node id: a file that is opened and closed a thousand
 * times is found, opened and checked once.
 *
 * <p>Why not a library's cache: an entry must stay while a thread reads from it or the kernel has
 * it open (a second backing id for an inode that is open with a first one is refused with EIO), and
 * a look-up happens for every open(2), so it allocates nothing, not even the key.
 *
 * <p>Thread-safe. One lock guards the table; it is held for a few dozen instructions and never
 * while a file is opened, which happens under the entry's own monitor, so that two who want the
 * same file open it once.
 */
final class FileCache implements AutoCloseable {
  private static final int FIRST_BUCKETS = 256;

  /** Files in use that are looked at, and put to the other end, before giving up. */
  private static final int EVICTION_TRIES = 16;

  private final ImageFileSystem files;
  private final BackingFiles backing;
  private final OpenFileBudget budget;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable CachedFile[] buckets = new @Nullable CachedFile[FIRST_BUCKETS];

  @GuardedBy("lock")
  private int count;

  /** Used last. */
  @GuardedBy("lock")
  private @Nullable CachedFile newest;

  @GuardedBy("lock")
  private @Nullable CachedFile oldest;

  /**
   * @param budget how many files are kept open, as long as nobody uses more at a time
   */
  FileCache(ImageFileSystem files, BackingFiles backing, OpenFileBudget budget) {
    this.files = files;
    this.backing = backing;
    this.budget = budget;
  }

  /**
   * Finds or adds a file, which stays until it is given back. It may have to be {@link #open
   * opened}.
   */
  CachedFile acquire(long node) {
    CachedFile entry;
    CachedFile surplus = null;
    synchronized (lock) {
      entry = find(node);
      if (entry == null) {
        entry = new CachedFile(node);
        insert(entry);
      } else if (entry != newest) {
        unlink(entry);
        linkAsNewest(entry);
      }
      entry.users++;
      if (budget.isExceeded()) {
        surplus = removeUnused();
      }
    }
    if (surplus != null) {
      close(surplus);
    }
    return entry;
  }

  /**
   * Opens a file that is not open yet. One that cannot be opened does not stay, so that the next
   * attempt starts anew.
   *
   * @throws FsException as {@link ImageFileSystem#open}
   */
  void open(CachedFile entry) throws FsException {
    boolean opened = false;
    try {
      synchronized (entry) {
        if (entry.file == null) {
          entry.file = files.open(entry.node);
        }
      }
      opened = true;
    } finally {
      if (!opened) {
        forget(entry);
      }
    }
  }

  private void forget(CachedFile entry) {
    synchronized (lock) {
      if (entry.cached) {
        remove(entry);
      }
    }
  }

  /** Gives back what {@link #acquire} gave. */
  void release(CachedFile entry) {
    boolean last;
    synchronized (lock) {
      entry.users--;
      last = entry.isUnused() && !entry.cached;
    }
    if (last) {
      close(entry);
    }
  }

  /** The kernel has the file open once more; for one that is acquired. */
  void opened(CachedFile entry) {
    synchronized (lock) {
      entry.opens++;
    }
  }

  /** The kernel has a file open once less. */
  void closed(long node) {
    synchronized (lock) {
      CachedFile entry = find(node);
      if (entry != null && entry.opens > 0) {
        entry.opens--;
      }
    }
  }

  /** Closes every file; nobody uses one any more. */
  @Override
  public void close() {
    while (true) {
      CachedFile entry;
      synchronized (lock) {
        entry = oldest;
        if (entry == null) {
          return;
        }
        remove(entry);
      }
      close(entry);
    }
  }

  private void close(CachedFile entry) {
    if (entry.backingId > 0) {
      backing.close(entry.backingId);
    }
    OpenFile file = entry.file;
    if (file != null) {
      file.close();
    }
  }

  /** Takes a file out that nobody holds, one of those that were not used for long. */
  @GuardedBy("lock")
  private @Nullable CachedFile removeUnused() {
    for (int tries = 0; tries < EVICTION_TRIES; tries++) {
      CachedFile entry = oldest;
      if (entry == null) {
        return null;
      }
      if (entry.isUnused()) {
        remove(entry);
        return entry;
      }
      unlink(entry);
      linkAsNewest(entry);
    }
    return null;
  }

  @GuardedBy("lock")
  private @Nullable CachedFile find(long node) {
    CachedFile entry = buckets[bucket(node, buckets.length)];
    while (entry != null && entry.node != node) {
      entry = entry.nextInBucket;
    }
    return entry;
  }

  @GuardedBy("lock")
  private void insert(CachedFile entry) {
    if (count >= buckets.length) {
      grow();
    }
    int bucket = bucket(entry.node, buckets.length);
    entry.nextInBucket = buckets[bucket];
    buckets[bucket] = entry;
    entry.cached = true;
    count++;
    budget.opened();
    linkAsNewest(entry);
  }

  @GuardedBy("lock")
  private void remove(CachedFile entry) {
    int bucket = bucket(entry.node, buckets.length);
    CachedFile before = buckets[bucket];
    if (before == entry) {
      buckets[bucket] = entry.nextInBucket;
    } else {
      while (before != null && before.nextInBucket != entry) {
        before = before.nextInBucket;
      }
      if (before != null) {
        before.nextInBucket = entry.nextInBucket;
      }
    }
    entry.nextInBucket = null;
    entry.cached = false;
    count--;
    budget.closed();
    unlink(entry);
  }

  @GuardedBy("lock")
  private void grow() {
    @Nullable CachedFile[] larger = new @Nullable CachedFile[buckets.length * 2];
    for (CachedFile entry = newest; entry != null; entry = entry.older) {
      int bucket = bucket(entry.node, larger.length);
      entry.nextInBucket = larger[bucket];
      larger[bucket] = entry;
    }
    buckets = larger;
  }

  @GuardedBy("lock")
  private void linkAsNewest(CachedFile entry) {
    entry.older = newest;
    entry.newer = null;
    if (newest != null) {
      newest.newer = entry;
    }
    newest = entry;
    if (oldest == null) {
      oldest = entry;
    }
  }

  @GuardedBy("lock")
  private void unlink(CachedFile entry) {
    CachedFile newer = entry.newer;
    CachedFile older = entry.older;
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    entry.newer = null;
    entry.older = null;
  }

  private static int bucket(long node, int buckets) {
    // Node ids are slots in the image and often multiples of something: spread them.
    return (int) ((node * 0x9E3779B97F4A7C15L) >>> 32) & (buckets - 1);
  }
}
