package dev.jcomposefs.cache.verify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.cache.linux.FileStat;
import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.cache.store.ObjectFile;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.verity.BlockSource;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.FileChangedException;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.MerkleTree;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hashes of files, for all mounts of a process.
 *
 * <p>A file is known by its {@link FileIdentity}, so that one that was written to is another file,
 * and by the mount it was opened through, so that nothing is known of a file system that came in
 * place of another. What is remembered is hashes, which each mount compares with the digest that
 * its own image gives: it does not matter under which policy, or for whom, they were computed. Of
 * those who need the hashes of a file at the same time, one computes them and the others wait: an
 * object is hashed once, however many open it.
 *
 * <p>Memory is bounded twice: what is remembered, by the given number of bytes, and what is being
 * computed, by a quarter of the heap. An object whose hashes alone take more than that is refused.
 * Beside that, an open object holds its own hashes, 32 bytes for each 4096 of its size with
 * SHA-256, as long as there is memory for them: see {@link Proof}.
 *
 * <p>Thread-safe.
 */
public final class VerificationCache implements AutoCloseable {
  /** Enough for the hashes of 8 GiB of objects, bytes. */
  static final long DEFAULT_SIZE = 64L << 20;

  /** How long a digest that was not the expected one counts before the file is hashed again. */
  static final Duration RECHECK_AFTER = Duration.ofSeconds(10);

  /** What an entry takes beside its tree: key, node, table. Bytes, estimated. */
  private static final int ENTRY_OVERHEAD = 256;

  private static final int BUDGET_UNIT = 1 << 10; // bytes of hashes per permit

  /** What computes the hashes of a file: a {@link VerityMeasurer}. */
  @FunctionalInterface
  interface Hashing {
    MerkleTree tree(HashAlgorithm algorithm, BlockSource source, long size) throws IOException;
  }

  /**
   * @param mount of {@link FileStat}: the number of a file system that was unmounted goes to the
   *     next one, whose files may have the same numbers and times
   */
  private record Key(long mount, FileIdentity file, HashAlgorithm algorithm) {
    static Key of(ObjectFile object, HashAlgorithm algorithm) {
      FileStat stat = object.stat();
      return new Key(stat.mount(), stat.identity(), algorithm);
    }
  }

  private record Measured(MerkleTree tree, long atNanos) {}

  private final long size;

  /**
   * Made for the first object that has to be hashed: a mount can answer before, and one whose
   * objects the kernel checks needs none.
   */
  private volatile @Nullable Cache<Key, Measured> known;

  private final ConcurrentMap<Key, CompletableFuture<@Nullable Measured>> running =
      new ConcurrentHashMap<>();
  private final Hashing hashing;
  private final Runnable onClose;
  private final Ticker ticker;
  private final int budgetUnits;
  private final Semaphore budget;

  /** Of the usual size, if the heap has four times that; all CPUs work on an object. */
  public VerificationCache() {
    this(
        Math.min(DEFAULT_SIZE, Runtime.getRuntime().maxMemory() / 4),
        Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param size bytes of memory for what is remembered
   * @param threads how many may work on one object
   */
  public VerificationCache(long size, int threads) {
    this(size, new VerityMeasurer(threads));
  }

  private VerificationCache(long size, VerityMeasurer measurer) {
    this(
        size,
        Runtime.getRuntime().maxMemory() / 4,
        measurer::tree,
        measurer::close,
        Ticker.systemTicker());
  }

  /**
   * @param computing bytes of memory for the hashes that are being computed
   */
  VerificationCache(long size, long computing, Hashing hashing, Runnable onClose, Ticker ticker) {
    this.size = size;
    this.hashing = hashing;
    this.onClose = onClose;
    this.ticker = ticker;
    this.budgetUnits = (int) Math.min(Integer.MAX_VALUE, computing / BUDGET_UNIT);
    this.budget = new Semaphore(budgetUnits, true);
  }

  private Cache<Key, Measured> known() {
    Cache<Key, Measured> made = known;
    return made == null ? makeKnown() : made;
  }

  private synchronized Cache<Key, Measured> makeKnown() {
    Cache<Key, Measured> made = known;
    if (made == null) {
      made =
          Caffeine.newBuilder()
              .maximumWeight(size)
              .weigher(VerificationCache::weight)
              .executor(Runnable::run)
              .build();
      known = made;
    }
    return made;
  }

  private static int weight(Key key, Measured measured) {
    return (int) Math.min(Integer.MAX_VALUE, measured.tree().heapBytes() + ENTRY_OVERHEAD);
  }

  /**
   * The hashes of an object that has the expected digest.
   *
   * @throws ObjectException EIO if it has another, cannot be read, is too large or changes
   *     meanwhile; EINTR if the thread is interrupted while it waits for another
   */
  MerkleTree verify(ObjectFile object, Digest expected, VerifyLedger ledger)
      throws ObjectException {
    Key key = Key.of(object, expected.algorithm());
    Measured measured = known().getIfPresent(key);
    if (measured != null && isSuspect(measured, expected)) {
      // A disk or memory error may have been to blame, and may have passed. But whoever opens a
      // bad object again and again must not keep the machine busy hashing it.
      known().asMap().remove(key, measured);
      measured = null;
    }
    if (measured == null) {
      measured = measure(key, object, ledger);
    } else {
      ledger.cacheHit();
    }
    Digest found = measured.tree().digest();
    if (!found.equals(expected)) {
      throw object.error("digest is %s, expected %s".formatted(found, expected));
    }
    return measured.tree();
  }

  /**
   * The hashes of an object that is open and has been verified, and whose hashes were given up. It
   * need not be in the state in which it was opened: the digest alone decides.
   *
   * @throws ObjectException as {@link #verify}
   */
  MerkleTree verifyAgain(ObjectFile object, Digest expected, VerifyLedger ledger)
      throws ObjectException {
    Measured measured = known().getIfPresent(Key.of(object, expected.algorithm()));
    if (measured != null && measured.tree().digest().equals(expected)) {
      ledger.cacheHit();
      return measured.tree();
    }
    ledger.hashed();
    MerkleTree tree = hash(object, expected.algorithm());
    if (!tree.digest().equals(expected)) {
      throw object.error(
          "changed since it was opened: digest is %s, expected %s"
              .formatted(tree.digest(), expected));
    }
    return tree;
  }

  private boolean isSuspect(Measured measured, Digest expected) {
    return !measured.tree().digest().equals(expected)
        && ticker.read() - measured.atNanos() >= RECHECK_AFTER.toNanos();
  }

  private Measured measure(Key key, ObjectFile object, VerifyLedger ledger) throws ObjectException {
    while (true) {
      CompletableFuture<@Nullable Measured> mine = new CompletableFuture<>();
      CompletableFuture<@Nullable Measured> other = running.putIfAbsent(key, mine);
      if (other == null) {
        return measure(key, object, ledger, mine);
      }
      Measured measured = await(other, object);
      if (measured != null) {
        ledger.cacheHit();
        return measured;
      }
    }
  }

  private Measured measure(
      Key key, ObjectFile object, VerifyLedger ledger, CompletableFuture<@Nullable Measured> mine)
      throws ObjectException {
    try {
      // Somebody may have finished between our look into the cache and our entry as running.
      Measured measured = known().getIfPresent(key);
      if (measured == null) {
        ledger.hashed();
        measured = new Measured(hashUnchanged(object, key.algorithm()), ticker.read());
        known().put(key, measured);
      } else {
        ledger.cacheHit();
      }
      mine.complete(measured);
      return measured;
    } catch (ObjectException e) {
      if (e.errno() == Errno.EINTR) {
        mine.complete(null);
      } else {
        mine.completeExceptionally(e);
      }
      throw e;
    } catch (Throwable t) {
      mine.completeExceptionally(t);
      throw t;
    } finally {
      running.remove(key, mine);
    }
  }

  /** Null if whoever computed it was interrupted, which is nothing to those who wait for him. */
  private static @Nullable Measured await(
      CompletableFuture<@Nullable Measured> other, ObjectFile object) throws ObjectException {
    try {
      return other.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectException(Errno.EINTR, object.path(), "interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ObjectException failure) {
        throw new ObjectException(failure.errno(), object.path(), failure.reason(), failure);
      }
      throw new ObjectException(Errno.EIO, object.path(), "hashing failed", e.getCause());
    }
  }

  /** What is remembered must be true of the state that it is remembered for. */
  private MerkleTree hashUnchanged(ObjectFile object, HashAlgorithm algorithm)
      throws ObjectException {
    MerkleTree tree = hash(object, algorithm);
    if (!object.isStill(object.stat().identity())) {
      throw object.error("changed while it was hashed");
    }
    return tree;
  }

  private MerkleTree hash(ObjectFile object, HashAlgorithm algorithm) throws ObjectException {
    long hashBytes = object.size() / MerkleTree.BLOCK_SIZE * algorithm.digestSize();
    long units = hashBytes / BUDGET_UNIT;
    if (units > budgetUnits) {
      throw object.error(
          "found %d bytes, whose hashes take %d bytes of memory, expected at most %d"
              .formatted(object.size(), hashBytes, (long) budgetUnits * BUDGET_UNIT));
    }
    if (units == 0) {
      // Small ones do not queue up behind large ones.
      return hashWithinBudget(object, algorithm);
    }
    try {
      budget.acquire((int) units);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectException(Errno.EINTR, object.path(), "interrupted", e);
    }
    try {
      return hashWithinBudget(object, algorithm);
    } finally {
      budget.release((int) units);
    }
  }

  private MerkleTree hashWithinBudget(ObjectFile object, HashAlgorithm algorithm)
      throws ObjectException {
    // The first event there is sets the whole recorder up, whether anybody records or not.
    ObjectHashedEvent event =
        FlightRecorder.isInitialized()
            ? new ObjectHashedEvent(object.path().toString(), object.size())
            : null;
    if (event != null) {
      event.begin();
    }
    MerkleTree tree;
    try {
      tree = hashing.tree(algorithm, object::read, object.size());
    } catch (ObjectException e) {
      throw e;
    } catch (FileChangedException e) {
      throw object.error("changed while it was hashed");
    } catch (IOException e) {
      throw new AssertionError("an object's read throws nothing else", e);
    }
    if (event != null) {
      event.commit();
    }
    return tree;
  }

  /** Forgets what is known of a file that was seen to change behind the kernel's times. */
  void forget(ObjectFile object, HashAlgorithm algorithm) {
    known().invalidate(Key.of(object, algorithm));
  }

  /** Forgets everything; to be called when nobody verifies any more. */
  @Override
  public void close() {
    onClose.run();
    Cache<Key, Measured> made = known;
    if (made != null) {
      made.invalidateAll();
    }
  }
}
