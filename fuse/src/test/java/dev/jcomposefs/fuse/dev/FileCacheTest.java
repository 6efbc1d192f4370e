package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.FileIdentity;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.FixtureImage;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import dev.jcomposefs.fuse.fs.OpenFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
  private static final int LIMIT = 4;
  private static final int FILES = 600;

  @TempDir Path base;

  private final List<Integer> closedIds = new ArrayList<>();
  private final List<Long> nodes = new ArrayList<>();
  private FixtureObjects objects;
  private FixtureImage image;
  private FileCache cache;

  @BeforeEach
  void prepare() throws FsException {
    objects = new FixtureObjects(base);
    image = new FixtureImage();
    for (int i = 0; i < FILES; i++) {
      nodes.add(image.inline(image.rootNode(), "file" + i, "content").id());
    }
    cache = cache(LIMIT);
  }

  private FileCache cache(int limit) {
    BackingFiles backing =
        new BackingFiles() {
          @Override
          public int open(Fd file) {
            throw new AssertionError("the cache itself offers nothing");
          }

          @Override
          public void close(int id) {
            closedIds.add(id);
          }
        };
    return new FileCache(
        new ImageFileSystem(image, objects.verifier(VerifyPolicy.NONE)),
        backing,
        new FileBudget(limit),
        () -> new FileBudget(limit));
  }

  @AfterEach
  void close() {
    objects.close();
  }

  private CachedFile use(int file) throws FsException {
    CachedFile entry = cache.acquire(nodes.get(file));
    cache.open(entry);
    cache.release(entry);
    return entry;
  }

  private void handOver(CachedFile entry, int id) {
    synchronized (entry) {
      cache.handOver(entry, new HandedOver(id, new FileIdentity(1, id, 0, 0, 0, 0, 0), null));
    }
  }

  @Test
  void acquire_again_isTheSameFile() throws FsException {
    CachedFile first = use(0);
    assertThat(use(0)).isSameAs(first);
    assertThat(first.file).isNotNull();
  }

  @Test
  void acquire_beyondTheLimit_forgetsTheFileUnusedLongest() throws FsException {
    List<CachedFile> first = new ArrayList<>();
    for (int i = 0; i < LIMIT; i++) {
      first.add(use(i));
    }
    use(0);
    use(LIMIT);
    assertThat(use(0)).isSameAs(first.get(0));
    assertThat(use(1)).isNotSameAs(first.get(1));
  }

  @Test
  void acquire_beyondTheLimitOfThoseHandedOver_forgetsTheOneUnusedLongest() throws FsException {
    List<CachedFile> first = new ArrayList<>();
    for (int i = 0; i <= LIMIT; i++) {
      first.add(use(i));
      handOver(first.get(i), 100 + i);
    }
    use(0);
    assertThat(closedIds).containsExactly(101);
    assertThat(use(0)).isSameAs(first.get(0));
    assertThat(use(1)).isNotSameAs(first.get(1));
  }

  @Test
  void handOver_closesTheFileAndMakesRoomForAnother() throws FsException {
    CachedFile given = use(0);
    handOver(given, 100);
    for (int i = 1; i <= LIMIT; i++) {
      use(i);
    }
    assertThat(given.file).isNull();
    assertThat(use(0)).isSameAs(given);
    assertThat(use(1).file).isNotNull();
  }

  @Test
  void withdraw_takesTheFileBackAndKeepsTheEntry() throws FsException {
    CachedFile given = use(0);
    handOver(given, 100);
    synchronized (given) {
      cache.withdraw(given);
    }
    assertThat(closedIds).containsExactly(100);
    assertThat(given.handedOver).isNull();
    assertThat(use(0)).isSameAs(given);
    assertThat(given.file).isNotNull();
  }

  /** A tree that is twice too large, read again and again: half of it can still be kept. */
  @Test
  void acquire_roundAndRoundBeyondTheLimit_keepsMostOfWhatCanBeKept() throws FsException {
    int limit = FILES / 2;
    cache = cache(limit);
    List<CachedFile> before = round();
    for (int i = 0; i < 5; i++) {
      List<CachedFile> after = round();
      int kept = 0;
      for (int file = 0; file < FILES; file++) {
        kept += after.get(file) == before.get(file) ? 1 : 0;
      }
      assertThat(kept).isBetween(limit * 8 / 10, limit);
      before = after;
    }
  }

  /** But what is not used any more goes in the end. */
  @Test
  void acquire_otherFilesFromNowOn_areKeptInTheEnd() throws FsException {
    cache = cache(FILES / 4);
    for (int file = 0; file < FILES / 2; file++) {
      use(file);
    }
    int kept = 0;
    for (int i = 0; i < 200; i++) {
      kept = 0;
      for (int file = FILES / 2; file < FILES * 3 / 4 - 20; file++) {
        CachedFile entry = cache.acquire(nodes.get(file));
        kept += entry.file == null ? 0 : 1;
        cache.open(entry);
        cache.release(entry);
      }
    }
    assertThat(kept).isEqualTo(FILES / 4 - 20);
  }

  private List<CachedFile> round() throws FsException {
    List<CachedFile> entries = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      entries.add(use(file));
    }
    return entries;
  }

  @Test
  void acquire_filesInUse_stayBeyondTheLimit() throws FsException {
    List<CachedFile> used = new ArrayList<>();
    for (int i = 0; i < 2 * LIMIT; i++) {
      used.add(cache.acquire(nodes.get(i)));
    }
    for (int i = 0; i < 2 * LIMIT; i++) {
      assertThat(use(i)).isSameAs(used.get(i));
    }
  }

  @Test
  void acquire_filesThatTheKernelHasOpen_stayUntilItClosesThem() throws FsException {
    CachedFile open = use(0);
    cache.opened(open);
    cache.opened(open);
    for (int i = 1; i < FILES; i++) {
      use(i);
    }
    assertThat(use(0)).isSameAs(open);
    cache.closed(open.node);
    cache.closed(open.node);
    cache.closed(open.node);
    for (int i = 1; i <= LIMIT; i++) {
      use(i);
    }
    assertThat(use(0)).isNotSameAs(open);
  }

  @Test
  void closed_fileThatIsNotThere_isNoMatter() {
    cache.closed(4711);
    assertThat(closedIds).isEmpty();
  }

  @Test
  void open_fileThatCannotBe_isTriedAnewNextTime() {
    CachedFile entry = cache.acquire(4711);
    assertThatThrownBy(() -> cache.open(entry)).isInstanceOf(FsException.class);
    cache.release(entry);
    assertThat(cache.acquire(4711)).isNotSameAs(entry);
  }

  /**
   * Whoever waited while the attempt of another failed has an entry that the cache still leads to:
   * else nobody would ever close what he opens.
   */
  @Test
  void open_whileTheAttemptOfAnotherFails_isKept() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    CountDownLatch mayFail = new CountDownLatch(1);
    CountDownLatch mayOpen = new CountDownLatch(1);
    long node =
        image
            .inline(image.rootNode(), "unlucky", "content")
            .whenAsked(() -> {
              boolean first = attempts.getAndIncrement() == 0;
              await(first ? mayFail : mayOpen);
              if (first) {
                throw new FsException(Errno.EMFILE, "no descriptor is free");
              }
            })
            .id();
    CachedFile loser = cache.acquire(node);
    CachedFile winner = cache.acquire(node);
    FutureTask<OpenFile> lost = new FutureTask<>(() -> cache.open(loser));
    FutureTask<OpenFile> won = new FutureTask<>(() -> cache.open(winner));
    Thread.ofPlatform().start(lost);
    Awaitility.await().until(() -> attempts.get() == 1);
    Thread waiting = Thread.ofPlatform().start(won);
    Awaitility.await().until(() -> waiting.getState() == Thread.State.BLOCKED);

    mayFail.countDown();
    assertThatThrownBy(lost::get).hasCauseInstanceOf(FsException.class);
    cache.release(loser);
    mayOpen.countDown();
    OpenFile open = won.get();
    cache.opened(winner);
    cache.release(winner);

    CachedFile again = cache.acquire(node);
    assertThat(again).isSameAs(winner);
    assertThat(again.file).isSameAs(open);
    assertThat(again.opens).isEqualTo(1);
    cache.closed(node);
    assertThat(again.opens).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void close_withFilesInside_closesAll() throws FsException {
    for (int i = 0; i < LIMIT; i++) {
      handOver(use(i), i + 1);
    }
    cache.close();
    assertThat(closedIds).containsExactlyInAnyOrder(1, 2, 3, 4);
  }

  @Test
  void anySequence_keepsWhatAMapWouldKeepAndNeverClosesWhatIsHeld() throws FsException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Integer, List<CachedFile>> held = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int file = random.nextInt(FILES);
      List<CachedFile> holds = held.computeIfAbsent(file, f -> new ArrayList<>());
      if (random.nextInt(3) > 0) {
        CachedFile entry = cache.acquire(nodes.get(file));
        assertThat(entry.node).as("seed %d", seed).isEqualTo(nodes.get(file));
        if (!holds.isEmpty()) {
          assertThat(entry).as("seed %d", seed).isSameAs(holds.getFirst());
        }
        if (entry.handedOver == null) {
          cache.open(entry);
          handOver(entry, file + 1);
        }
        holds.add(entry);
      }
      if (!holds.isEmpty() && random.nextBoolean()) {
        cache.release(holds.removeLast());
      }
      held.forEach((f, entries) -> {
        if (!entries.isEmpty()) {
          assertThat(closedIds).as("seed %d", seed).doesNotContain(f + 1);
        }
      });
      closedIds.clear();
    }
  }
}
