package dev.jcomposefs.fuse.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.fs.OpenFile;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files that are open on this side or that the kernel was given, by node id: a file that is
 * opened and closed a thousand times is found, opened and checked once.
 *
 * <p>Why not a library's cache: an entry must stay while a thread reads from it or the kernel has
 * it open (a second backing id for an inode that is open with a first one is refused with EIO), and
 * a look-up happens for every open(2), so it allocates nothing, not even the key.
 *
 * <p>Thread-safe. One lock guards the table; it is held for a few dozen instructions and never
 * while a file is opened, which happens under the entry's own monitor, so that two who want the
 * same file open it once. Lock order: the entry, then the table.
 */
final class FileCache implements AutoCloseable {
  private static final int FIRST_BUCKETS = 256;

  private final ImageFileSystem files;
  private final BackingFiles backing;
  private final Supplier<FileBudget> handedOverBudget;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable CachedFile[] buckets = new @Nullable CachedFile[FIRST_BUCKETS];

  @GuardedBy("lock")
  private int count;

  /** Those that are, or are about to be, open. */
  @GuardedBy("lock")
  private final KeptFiles open;

  /** Those that the kernel has; null before the first of them. */
  @GuardedBy("lock")
  private @Nullable KeptFiles handedOver;

  /**
   * @param open how many files are kept open, as long as nobody uses more at a time
   * @param handedOver the same for those that the kernel was given; asked for if there are any
   */
  FileCache(
      ImageFileSystem files,
      BackingFiles backing,
      FileBudget open,
      Supplier<FileBudget> handedOver) {
    this.files = files;
    this.backing = backing;
    this.open = new KeptFiles(open);
    this.handedOverBudget = handedOver;
  }

  /**
   * Finds or adds a file, which stays until it is given back. It may have to be {@link #open
   * opened}.
   */
  CachedFile acquire(long node) {
    CachedFile entry;
    CachedFile surplus;
    synchronized (lock) {
      entry = find(node);
      if (entry == null) {
        entry = new CachedFile(node);
        insert(entry);
      } else {
        KeptFiles.use(entry);
      }
      entry.users++;
      surplus = open.surplus();
      if (surplus == null && handedOver != null) {
        surplus = handedOver.surplus();
      }
      if (surplus != null) {
        remove(surplus);
      }
    }
    if (surplus != null) {
      close(surplus);
    }
    return entry;
  }

  /**
   * Opens a file that is not open yet. One that cannot be opened stays as long as somebody uses it,
   * who may have better luck, and not longer: the next attempt starts anew.
   *
   * @throws FsException as {@link ImageFileSystem#open}
   */
  OpenFile open(CachedFile entry) throws FsException {
    synchronized (entry) {
      OpenFile file = entry.file;
      if (file == null) {
        file = files.open(entry.node);
        entry.file = file;
      }
      return file;
    }
  }

  /**
   * Opens a file anew that could not be read. Whoever still reads from it as it was may fail, too,
   * and does the same then.
   *
   * @param former what {@link #open} gave; closed by the last who uses it
   * @return what to read from now on, by everybody
   * @throws FsException as {@link #open}; nothing has changed then
   */
  OpenFile openAnew(CachedFile entry, OpenFile former) throws FsException {
    synchronized (entry) {
      OpenFile file = entry.file;
      if (file == null || file == former) {
        file = files.open(entry.node);
        entry.file = file;
      }
      return file;
    }
  }

  /**
   * The kernel has taken an open file, and needs nothing of ours any more; to be called with the
   * entry's monitor, by a user of the entry who sees to it that no other one reads the open file.
   */
  void handOver(CachedFile entry, HandedOver to) {
    OpenFile file = entry.file;
    entry.handedOver = to;
    entry.file = null;
    synchronized (lock) {
      if (entry.keptBy() == open) {
        if (handedOver == null) {
          handedOver = new KeptFiles(handedOverBudget.get());
        }
        open.remove(entry);
        handedOver.add(entry);
      }
    }
    if (file != null) {
      file.close();
    }
  }

  /** The kernel keeps a file that was checked again; to be called with the entry's monitor. */
  void checked(CachedFile entry, HandedOver now) {
    entry.handedOver = now;
  }

  /**
   * Undoes {@link #handOver}; to be called with the entry's monitor by its only user, while the
   * kernel does not have it open.
   */
  void withdraw(CachedFile entry) {
    HandedOver given = entry.handedOver;
    entry.handedOver = null;
    synchronized (lock) {
      KeptFiles kept = entry.keptBy();
      if (kept != null) {
        kept.remove(entry);
        open.add(entry);
      }
    }
    if (given != null) {
      backing.close(given.id());
    }
  }

  /** Gives back what {@link #acquire} gave. */
  void release(CachedFile entry) {
    boolean last;
    synchronized (lock) {
      entry.users--;
      last = entry.isUnused() && (entry.keptBy() == null || !entry.isOpen());
      if (last && entry.keptBy() != null) {
        remove(entry);
      }
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

  /** Whether somebody else than the caller, who has acquired the file, uses it in any way. */
  boolean isShared(CachedFile entry) {
    synchronized (lock) {
      return entry.users > 1 || entry.opens > 0;
    }
  }

  /** Closes every file; nobody uses one any more. */
  @Override
  public void close() {
    while (true) {
      CachedFile entry;
      synchronized (lock) {
        entry = open.any();
        if (entry == null && handedOver != null) {
          entry = handedOver.any();
        }
        if (entry == null) {
          return;
        }
        remove(entry);
      }
      close(entry);
    }
  }

  private void close(CachedFile entry) {
    HandedOver given = entry.handedOver;
    if (given != null) {
      backing.close(given.id());
    }
    OpenFile file = entry.file;
    if (file != null) {
      file.close();
    }
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
    count++;
    open.add(entry);
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
    count--;
    KeptFiles kept = entry.keptBy();
    if (kept != null) {
      kept.remove(entry);
    }
  }

  @GuardedBy("lock")
  private void grow() {
    @Nullable CachedFile[] larger = new @Nullable CachedFile[buckets.length * 2];
    for (CachedFile first : buckets) {
      CachedFile entry = first;
      while (entry != null) {
        CachedFile next = entry.nextInBucket;
        int bucket = bucket(entry.node, larger.length);
        entry.nextInBucket = larger[bucket];
        larger[bucket] = entry;
        entry = next;
      }
    }
    buckets = larger;
  }

  private static int bucket(long node, int buckets) {
    // Node ids are slots in the image and often multiples of something: spread them.
    return (int) ((node * 0x9E3779B97F4A7C15L) >>> 32) & (buckets - 1);
  }
}
