package dev.jcomposefs.cache.verify;

import static dev.jcomposefs.cache.verify.TestStore.bytes;
import static dev.jcomposefs.cache.verify.TestStore.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.cache.store.ObjectFile;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class VerificationCacheTest {
  private static final int THREADS = 64;
  private static final long LARGE = 1 << 20;

  @TempDir Path directory;
  private final VerityMeasurer measurer = new VerityMeasurer(1);
  private final AtomicLong clock = new AtomicLong();
  private TestStore objects;

  @BeforeEach
  void open() throws IOException {
    objects = TestStore.in(directory);
  }

  @AfterEach
  void close() {
    measurer.close();
    objects.close();
  }

  private ObjectVerifier verifier(long size, long computing, VerificationCache.Hashing hashing) {
    VerificationCache cache = new VerificationCache(size, computing, hashing, () -> {}, clock::get);
    return new ObjectVerifier(objects.store(), VerifyPolicy.REQUIRE, cache);
  }

  private ObjectVerifier verifier() {
    return verifier(LARGE, LARGE, measurer::tree);
  }

  private static long hashed(ObjectVerifier verifier) {
    return verifier.counts().hashed();
  }

  @Test
  void open_manyTimes_hashesOnce() throws IOException {
    Content.Backed content = objects.add("o", bytes(100_000));
    ObjectVerifier verifier = verifier();
    for (int i = 0; i < 100; i++) {
      verifier.open(content, "file").close();
    }
    assertThat(verifier.counts()).isEqualTo(new VerifyCounts(100, 0, 0, 1, 99, 0));
  }

  @Test
  void open_byManyThreadsAtOnce_hashesOnce() throws Exception {
    Content.Backed content = objects.add("o", bytes(100_000));
    CountDownLatch others = new CountDownLatch(THREADS - 1);
    ObjectVerifier verifier =
        verifier(
            LARGE,
            LARGE,
            (algorithm, source, size) -> {
              awaitUninterrupted(others); // so that all of them come while this runs
              return measurer.tree(algorithm, source, size);
            });
    List<Future<Long>> opened = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < THREADS; i++) {
        opened.add(
            threads.submit(() -> {
              others.countDown();
              try (VerifiedObject object = verifier.open(content, "file")) {
                return object.size();
              }
            }));
      }
      for (Future<Long> future : opened) {
        assertThat(future.get()).isEqualTo(100_000);
      }
    }
    assertThat(verifier.counts()).isEqualTo(new VerifyCounts(THREADS, 0, 0, 1, THREADS - 1, 0));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void open_interruptedWhileAnotherHashes_givesUpAloneAndKeepsTheFlag() throws Exception {
    Content.Backed content = objects.add("o", bytes(100_000));
    CountDownLatch hashing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ObjectVerifier verifier =
        verifier(
            LARGE,
            LARGE,
            (algorithm, source, size) -> {
              hashing.countDown();
              awaitUninterrupted(goOn);
              return measurer.tree(algorithm, source, size);
            });
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> first = threads.submit(() -> verifier.open(content, "file"));
      awaitUninterrupted(hashing);
      Future<Boolean> second =
          threads.submit(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> verifier.open(content, "file"))
                .isInstanceOfSatisfying(
                    ObjectException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
            return Thread.interrupted();
          });
      assertThat(second.get()).isTrue();
      goOn.countDown();
      assertThat(first.get()).isNotNull();
    }
    assertThat(hashed(verifier)).isEqualTo(1);
  }

  @Test
  void open_hashingFails_failsForThoseWhoWaitAndWorksTheNextTime() throws Exception {
    Content.Backed content = objects.add("o", bytes(100_000));
    CountDownLatch others = new CountDownLatch(4);
    AtomicInteger calls = new AtomicInteger();
    ObjectVerifier verifier =
        verifier(
            LARGE,
            LARGE,
            (algorithm, source, size) -> {
              if (calls.getAndIncrement() == 0) {
                awaitUninterrupted(others);
                throw new IllegalStateException("out of luck");
              }
              return measurer.tree(algorithm, source, size);
            });
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> opened = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        opened.add(
            threads.submit(() -> {
              others.countDown();
              verifier.open(content, "file").close();
              return true;
            }));
      }
      int failures = 0;
      for (Future<?> future : opened) {
        try {
          future.get();
        } catch (ExecutionException e) {
          failures++;
        }
      }
      assertThat(failures).isGreaterThanOrEqualTo(1);
    }
    verifier.open(content, "file").close();
    assertThat(calls).hasValue(2);
  }

  @Test
  void open_fileTouchedOrReplaced_hashesAgain() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    ObjectVerifier verifier = verifier();
    verifier.open(content, "file").close();
    Files.setLastModifiedTime(objects.path(content), FileTime.fromMillis(0));
    verifier.open(content, "file").close();
    assertThat(hashed(verifier)).isEqualTo(2);
    Files.delete(objects.path(content));
    Files.write(objects.path(content), bytes(5000));
    verifier.open(content, "file").close();
    assertThat(hashed(verifier)).isEqualTo(3);
  }

  @Test
  void open_wrongObjectAgainAndAgain_hashesOncePerPeriod() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    objects.flip(content, 1);
    ObjectVerifier verifier = verifier();
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> verifier.open(content, "file")).isInstanceOf(ObjectException.class);
    }
    assertThat(verifier.counts()).isEqualTo(new VerifyCounts(0, 0, 0, 1, 99, 100));
    clock.addAndGet(VerificationCache.RECHECK_AFTER.toNanos());
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> verifier.open(content, "file")).isInstanceOf(ObjectException.class);
    }
    assertThat(hashed(verifier)).isEqualTo(2);
  }

  @Test
  void open_wrongObjectRepaired_isRightAtOnce() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    objects.flip(content, 1);
    ObjectVerifier verifier = verifier();
    assertThatThrownBy(() -> verifier.open(content, "file")).isInstanceOf(ObjectException.class);
    Files.delete(objects.path(content));
    Files.write(objects.path(content), bytes(5000));
    verifier.open(content, "file").close();
    assertThat(hashed(verifier)).isEqualTo(2);
  }

  @Test
  void open_sameFileForAnotherDigest_failsWithoutHashing() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    ObjectVerifier verifier = verifier();
    verifier.open(content, "file").close();
    Content.Backed other =
        new Content.Backed(content.path(), content.size(), digest(new byte[5000]));
    assertThatThrownBy(() -> verifier.open(other, "file"))
        .hasMessage(
            "object o: %s: digest is %s, expected %s", directory, content.digest(), other.digest());
    verifier.open(content, "file").close();
    assertThat(hashed(verifier)).isEqualTo(1);
  }

  @Test
  void open_fileChangedWhileHashed_failsAndIsNotRemembered() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    AtomicInteger calls = new AtomicInteger();
    ObjectVerifier verifier =
        verifier(
            LARGE,
            LARGE,
            (algorithm, source, size) -> {
              var tree = measurer.tree(algorithm, source, size);
              if (calls.getAndIncrement() == 0) {
                Files.setLastModifiedTime(objects.path(content), FileTime.fromMillis(0));
              }
              return tree;
            });
    assertThatThrownBy(() -> verifier.open(content, "file"))
        .hasMessage("object o: %s: changed while it was hashed", directory);
    verifier.open(content, "file").close();
    assertThat(calls).hasValue(2);
  }

  @Test
  void open_fileCutWhileHashed_fails() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    ObjectVerifier verifier =
        verifier(
            LARGE,
            LARGE,
            (algorithm, source, size) -> {
              objects.resize(content, 100);
              return measurer.tree(algorithm, source, size);
            });
    assertThatThrownBy(() -> verifier.open(content, "file"))
        .hasMessage("object o: %s: changed while it was hashed", directory);
  }

  @Test
  void open_moreObjectsThanFit_forgetsSome() throws IOException {
    ObjectVerifier verifier = verifier(10_000, LARGE, measurer::tree);
    List<Content.Backed> contents = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      contents.add(objects.add("o" + i, bytes(100 + i)));
    }
    for (int round = 0; round < 2; round++) {
      for (Content.Backed content : contents) {
        verifier.open(content, "file").close();
      }
    }
    assertThat(hashed(verifier)).isBetween(350L, 400L);
  }

  @Test
  void open_objectWhoseHashesDoNotFit_isRefusedUnhashed() throws IOException {
    Content.Backed content = objects.add("o", bytes(100));
    objects.resize(content, 1L << 40);
    Content.Backed large = new Content.Backed(content.path(), 1L << 40, content.digest());
    ObjectVerifier verifier = verifier();
    assertThatThrownBy(() -> verifier.open(large, "file"))
        .hasMessage(
            "object o: %s: found 1099511627776 bytes, whose hashes take 8589934592 bytes of"
                + " memory, expected at most 1048576",
            directory);
  }

  @Test
  void open_smallObjectWhileLargeOnesQueueUp_doesNotWait() throws Exception {
    byte[] large = bytes(256 << 10); // 2 KiB of hashes: all that may be computed at a time
    Content.Backed first = objects.add("first", large);
    Content.Backed second = objects.add("second", large);
    Content.Backed small = objects.add("small", bytes(5000));
    CountDownLatch hashing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ObjectVerifier verifier =
        verifier(
            LARGE,
            2 << 10,
            (algorithm, source, size) -> {
              if (size == large.length) {
                hashing.countDown();
                awaitUninterrupted(goOn);
              }
              return measurer.tree(algorithm, source, size);
            });
    Thread holder = opening(verifier, first);
    awaitUninterrupted(hashing);
    Thread queued = opening(verifier, second);
    awaitState(queued, Thread.State.WAITING);
    try {
      verifier.open(small, "file").close();
    } finally {
      goOn.countDown();
      holder.join();
      queued.join();
    }
    assertThat(verifier.counts()).isEqualTo(new VerifyCounts(3, 0, 0, 3, 0, 0));
  }

  /** Whoever hashes may give up; who waits for his hashes has not. */
  @Test
  void open_whoeverHashesIsInterrupted_othersAreServedAllTheSame() throws Exception {
    byte[] large = bytes(256 << 10); // 2 KiB of hashes: all that may be computed at a time
    Content.Backed first = objects.add("first", large);
    Content.Backed second = objects.add("second", large);
    CountDownLatch hashing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ObjectVerifier verifier =
        verifier(
            LARGE,
            2 << 10,
            (algorithm, source, size) -> {
              hashing.countDown();
              awaitUninterrupted(goOn);
              return measurer.tree(algorithm, source, size);
            });
    Thread holder = opening(verifier, first);
    awaitUninterrupted(hashing);
    FutureTask<?> interrupted = new FutureTask<>(() -> verifier.open(second, "file"));
    Thread queued = Thread.ofPlatform().start(interrupted);
    awaitState(queued, Thread.State.WAITING);
    FutureTask<Long> patient =
        new FutureTask<>(() -> {
          try (VerifiedObject object = verifier.open(second, "file")) {
            return object.size();
          }
        });
    Thread waiting = Thread.ofPlatform().start(patient);
    awaitState(waiting, Thread.State.WAITING);

    queued.interrupt();
    assertThatThrownBy(interrupted::get)
        .cause()
        .isInstanceOfSatisfying(
            ObjectException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
    goOn.countDown();

    assertThat(patient.get()).isEqualTo(large.length);
    holder.join();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  private static Thread opening(ObjectVerifier verifier, Content.Backed content) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            verifier.open(content, "file").close();
          } catch (ObjectException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** It takes the state of the file for nothing: a hard link to it, say, changes that. */
  @Test
  void read_hashesGivenUp_hashesAgainAndSeesTheSame() throws IOException {
    byte[] bytes = bytes(10_000);
    Content.Backed content = objects.add("o", bytes);
    VerificationCache cache = new VerificationCache(0, LARGE, measurer::tree, () -> {}, clock::get);
    VerifyLedger ledger = new VerifyLedger();
    ObjectFile file = objects.store().open(ByteString.utf8("o"));
    Proof proof =
        new Proof(
            cache.verify(file, digest(bytes), ledger),
            () -> cache.verifyAgain(file, digest(bytes), ledger));
    byte[] read = new byte[bytes.length];
    try (VerifiedObject object =
        new VerifiedObject(file, VerifyEngine.USER_SPACE, proof, _ -> {})) {
      Files.createLink(directory.resolve("link"), objects.path(content));
      proof.giveUp();
      object.read(0, MemorySegment.ofArray(read));
      assertThat(read).isEqualTo(bytes);

      objects.flip(content, 9000);
      proof.giveUp();
      assertThatThrownBy(() -> object.read(0, MemorySegment.ofArray(read)))
          .hasMessageContaining("changed since it was opened: digest is ");
      assertThat(read).containsOnly(0);

      objects.flip(content, 9000);
      object.read(0, MemorySegment.ofArray(read));
      assertThat(read).isEqualTo(bytes);
    }
    assertThat(ledger.counts().hashed()).isEqualTo(4);
  }

  @Test
  void read_failed_makesTheNextOpenFailToo() throws IOException {
    Content.Backed content = objects.add("o", bytes(5000));
    ObjectVerifier verifier = verifier();
    try (VerifiedObject object = verifier.open(content, "file")) {
      objects.flip(content, 1);
      assertThatThrownBy(() -> object.read(0, MemorySegment.ofArray(new byte[10])))
          .isInstanceOf(ObjectException.class);
    }
    assertThatThrownBy(() -> verifier.open(content, "file")).hasMessageContaining("digest is ");
  }
}
