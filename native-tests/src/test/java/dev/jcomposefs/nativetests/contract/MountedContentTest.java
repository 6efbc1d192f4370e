package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading files in every way that the kernel offers. */
@EnumSource
class MountedContentTest extends MountedTest {
  private static final int[] SIZES = {1, 64, 65, 2049, 4096, 4097, 65537, 131073, 5_000_003};
  private static final Map<Integer, byte[]> CONTENTS =
      Arrays.stream(SIZES)
          .boxed()
          .collect(Collectors.toUnmodifiableMap(size -> size, FeatureTree::content));

  private static final int LARGEST = 5_000_003;
  private static final int PAGE = 4096;

  @ParameterizedTest
  @ValueSource(longs = {1, 20261121})
  void read_anywhere_givesTheBytesThere(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      int size = SIZES[random.nextInt(SIZES.length)];
      int from = random.nextInt(size);
      int length = 1 + random.nextInt(random.nextBoolean() ? 100 : 300_000);
      try (OpenFile file = OpenFile.open(found("sizes/" + size), OpenFile.READ_ONLY)) {
        assertThat(file.read(from, length))
            .describedAs("seed %d, %d bytes of %d from %d on", seed, length, size, from)
            .isEqualTo(slice(content(size), from, length));
      }
    }
  }

  @Test
  void read_atAndBehindTheEnd_givesNothing() throws Exception {
    for (int size : SIZES) {
      try (OpenFile file = OpenFile.open(found("sizes/" + size), OpenFile.READ_ONLY)) {
        assertThat(file.read(size, 10)).isEmpty();
        assertThat(file.read(size + 1L, 10)).isEmpty();
        assertThat(file.read(size + (1L << 40), 10)).isEmpty();
        assertThat(file.read(size - 1L, 10)).hasSize(1);
      }
    }
  }

  @Test
  void read_emptyFile_givesNothing() throws Exception {
    try (OpenFile file = OpenFile.open(found("sizes/0"), OpenFile.READ_ONLY)) {
      assertThat(file.read(0, 10)).isEmpty();
    }
  }

  @Test
  void map_wholeFile_showsItsBytes() throws Exception {
    for (int size : SIZES) {
      try (FileChannel file =
              FileChannel.open(point().resolve("sizes/" + size), StandardOpenOption.READ);
          Arena arena = Arena.ofConfined()) {
        MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
        assertThat(mapped.toArray(ValueLayout.JAVA_BYTE))
            .describedAs("%d bytes", size)
            .isEqualTo(content(size));
      }
    }
  }

  @Test
  void map_pagesInAnyOrder_showTheirBytes() throws Exception {
    byte[] expected = content(LARGEST);
    Random random = new Random(7);
    try (FileChannel file =
            FileChannel.open(point().resolve("sizes/" + LARGEST), StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, LARGEST, arena);
      for (int i = 0; i < 2000; i++) {
        int at = random.nextInt(LARGEST);
        assertThat(mapped.get(ValueLayout.JAVA_BYTE, at))
            .describedAs("seed 7, offset %d", at)
            .isEqualTo(expected[at]);
      }
    }
  }

  @Test
  void read_pastThePageCache_givesTheSameBytes() throws Exception {
    byte[] expected = content(LARGEST);
    try (OpenFile file =
            OpenFile.open(found("sizes/" + LARGEST), OpenFile.READ_ONLY | OpenFile.DIRECT);
        Arena arena = Arena.ofConfined()) {
      MemorySegment aligned = arena.allocate(16 * PAGE, PAGE);
      for (int at = 0; at < LARGEST; at += 16 * PAGE) {
        int filled = file.read(aligned, at);
        assertThat(aligned.asSlice(0, filled).toArray(ValueLayout.JAVA_BYTE))
            .describedAs("offset %d", at)
            .isEqualTo(slice(expected, at, 16 * PAGE));
      }
    }
  }

  @Test
  void read_64ReadersAtOnce_allGetTheirBytes() throws Exception {
    List<Callable<Integer>> readers = new ArrayList<>();
    for (int reader = 0; reader < 64; reader++) {
      Random random = new Random(reader);
      readers.add(() -> {
        int wrong = 0;
        for (int i = 0; i < 60; i++) {
          int size = SIZES[random.nextInt(SIZES.length)];
          wrong += Arrays.equals(readWhole(size), content(size)) ? 0 : 1;
        }
        return wrong;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
      for (Future<Integer> wrong : threads.invokeAll(readers)) {
        assertThat(wrong.get()).isZero();
      }
    }
  }

  private byte[] readWhole(int size) throws FsException {
    return Posix.read(found("sizes/" + size));
  }

  /** What a program sees that copies within the kernel: sendfile and splice, not read. */
  @Test
  void copy_withinTheKernel_givesTheSameBytes() throws Exception {
    String sum =
        Command.mustRun(
            "sh", "-c", "cat \"$0\" | sha256sum", point().resolve("sizes/" + LARGEST).toString());

    assertThat(sum)
        .isEqualTo(
            Command.mustRun(
                "sh", "-c", "sha256sum < \"$0\"", source().resolve("sizes/" + LARGEST).toString()));
  }

  /** The same to a file, which is copy_file_range(2) or sendfile(2). */
  @Test
  void copy_withinTheKernelToAFile_givesTheSameBytes() throws Exception {
    Path copy = Files.createTempFile("jcfs-copy-", "");
    try {
      for (int size : SIZES) {
        try (FileChannel from =
                FileChannel.open(point().resolve("sizes/" + size), StandardOpenOption.READ);
            FileChannel to =
                FileChannel.open(
                    copy, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
          assertThat(from.transferTo(0, size + 1L, to)).isEqualTo(size);
        }
        assertThat(copy).hasBinaryContent(content(size));
      }
    } finally {
      Files.delete(copy);
    }
  }

  @Test
  void exec_programInTheMount_runs() throws Exception {
    assertThat(Command.run(point().resolve("programs/true").toString()).status()).isZero();
    assertThat(Command.run(point().resolve("programs/script").toString()).text())
        .isEqualTo("said by a script\n");
  }

  private static byte[] content(int size) {
    return Objects.requireNonNull(CONTENTS.get(size));
  }

  private static byte[] slice(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
  }
}
