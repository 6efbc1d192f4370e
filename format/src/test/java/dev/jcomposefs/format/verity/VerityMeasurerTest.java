package dev.jcomposefs.format.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
final class VerityMeasurerTest {
  private static final int RANGE = 128 * 4096; // data under one block of SHA-256 hashes

  private final VerityMeasurer measurer = new VerityMeasurer(3);

  @AfterEach
  void close() {
    measurer.close();
  }

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.verity.Contents#vectors")
  void measure_knownContent_isTheKnownDigest(Contents.Vector vector) throws IOException {
    BlockSource source = Contents.source(Contents.counting(vector.size()));

    assertThat(measurer.measure(vector.algorithm(), source, vector.size()))
        .isEqualTo(vector.digest());
  }

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.verity.Contents#vectors")
  void tree_knownContent_hasTheKnownDigest(Contents.Vector vector) throws IOException {
    BlockSource source = Contents.source(Contents.counting(vector.size()));

    MerkleTree tree = measurer.tree(vector.algorithm(), source, vector.size());

    assertThat(tree.digest()).isEqualTo(vector.digest());
    assertThat(tree.fileSize()).isEqualTo(vector.size());
    assertThat(tree.algorithm()).isEqualTo(vector.algorithm());
  }

  @ParameterizedTest
  @EnumSource
  void measure_randomSizes_isTheStreamedDigest(HashAlgorithm algorithm) throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 40; round++) {
      byte[] content = new byte[random.nextInt(1 << random.nextInt(1, 23))];
      random.nextBytes(content);

      assertThat(measurer.measure(algorithm, Contents.shortReads(content), content.length))
          .as("seed %d, %d bytes", seed, content.length)
          .isEqualTo(VerityHasher.digest(algorithm, content));
    }
  }

  @Test
  void measure_severalFilesAtOnce_isTheDigestOfEach() throws Exception {
    List<Future<Digest>> found = new ArrayList<>();
    List<Digest> expected = new ArrayList<>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        byte[] content = Contents.counting(i * 300_001);
        expected.add(VerityHasher.digest(HashAlgorithm.SHA256, content));
        found.add(
            callers.submit(() ->
                measurer.measure(HashAlgorithm.SHA256, Contents.source(content), content.length)));
      }
    }

    assertThat(found).extracting(Future::resultNow).isEqualTo(expected);
  }

  @Test
  void measure_largeFile_isReadByAllThreads() throws IOException {
    byte[] content = Contents.counting(3 * RANGE);
    BlockSource memory = Contents.source(content);
    CountDownLatch allThere = new CountDownLatch(3);
    ThreadLocal<Boolean> counted = ThreadLocal.withInitial(() -> false);
    BlockSource source =
        (position, into, offset, length) -> {
          if (position < content.length && !counted.get()) {
            counted.set(true);
            allThere.countDown();
            await(allThere);
          }
          return memory.read(position, into, offset, length);
        };

    assertThat(measurer.measure(HashAlgorithm.SHA256, source, content.length))
        .isEqualTo(VerityHasher.digest(HashAlgorithm.SHA256, content));
    assertThat(allThere.getCount()).isZero();
  }

  @Test
  void measure_afterClose_isDoneByTheCallerAlone() throws IOException {
    byte[] content = Contents.counting(5 * RANGE);
    BlockSource memory = Contents.source(content);
    Thread caller = Thread.currentThread();
    AtomicBoolean strangers = new AtomicBoolean();
    measurer.close();

    Digest digest =
        measurer.measure(
            HashAlgorithm.SHA256,
            (position, into, offset, length) -> {
              strangers.compareAndSet(false, !Thread.currentThread().equals(caller));
              return memory.read(position, into, offset, length);
            },
            content.length);

    assertThat(digest).isEqualTo(VerityHasher.digest(HashAlgorithm.SHA256, content));
    assertThat(strangers).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, RANGE, RANGE + 1, 5 * RANGE})
  void measure_fileThatIsLonger_isAnError(int size) {
    BlockSource source = Contents.source(Contents.counting(size + 1));

    assertThatThrownBy(() -> measurer.measure(HashAlgorithm.SHA256, source, size))
        .isInstanceOf(FileChangedException.class)
        .hasMessage(
            "file grew while it was measured: found more than %d bytes, expected %d", size, size);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096, 4097, RANGE, RANGE + 1, 5 * RANGE})
  void measure_fileThatIsShorter_isAnError(int size) {
    BlockSource source = Contents.source(Contents.counting(size - 1));

    assertThatThrownBy(() -> measurer.tree(HashAlgorithm.SHA256, source, size))
        .isInstanceOfSatisfying(
            FileChangedException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
        .hasMessageStartingWith("file shrank while it was measured: found its end at ");
  }

  @Test
  void measure_enormousSizeOfASmallFile_failsAtItsEnd() {
    BlockSource source = Contents.source(Contents.counting(10_000));

    assertThatThrownBy(() -> measurer.tree(HashAlgorithm.SHA512, source, Long.MAX_VALUE))
        .isInstanceOf(FileChangedException.class);
  }

  @Test
  void measure_sourceThatFails_throwsItsErrorAndLetsGoOfTheSource() {
    AtomicInteger inUse = new AtomicInteger();
    byte[] content = Contents.counting(20 * RANGE);
    BlockSource memory = Contents.source(content);
    BlockSource source =
        (position, into, offset, length) -> {
          inUse.incrementAndGet();
          try {
            if (position >= 7 * RANGE) {
              throw new IOException("broken at " + position / RANGE);
            }
            return memory.read(position, into, offset, length);
          } finally {
            inUse.decrementAndGet();
          }
        };

    assertThatThrownBy(() -> measurer.measure(HashAlgorithm.SHA256, source, content.length))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("broken at \\d+");
    assertThat(inUse).hasValue(0);
  }

  @Test
  void measure_sourceThatThrowsUnchecked_throwsIt() {
    BlockSource source =
        (position, into, offset, length) -> {
          throw new IllegalStateException("closed");
        };

    assertThatThrownBy(() -> measurer.measure(HashAlgorithm.SHA256, source, 5 * RANGE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("closed");
  }

  @Test
  void measure_interruptedCaller_finishesAndStaysInterrupted() throws Exception {
    byte[] content = Contents.counting(6 * RANGE);
    try (var callers = Executors.newSingleThreadExecutor()) {
      Future<Boolean> interrupted =
          callers.submit(() -> {
            Thread.currentThread().interrupt();
            Digest digest =
                measurer.measure(HashAlgorithm.SHA256, Contents.source(content), content.length);
            assertThat(digest).isEqualTo(VerityHasher.digest(HashAlgorithm.SHA256, content));
            return Thread.currentThread().isInterrupted();
          });

      assertThat(interrupted.get()).isTrue();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(120, TimeUnit.SECONDS)) {
        throw new IOException("not all threads came");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
