package dev.jcomposefs.cache.verify;

import static dev.jcomposefs.cache.verify.TestStore.bytes;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.Content;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerifiedObjectTest {
  private static final byte[] CONTENT = bytes(40_000); // nine blocks and a part

  @TempDir Path directory;
  private final Arena arena = Arena.ofConfined();
  private TestStore objects;
  private VerificationCache cache;
  private Content.Backed content;
  private ObjectVerifier verifier;

  @BeforeEach
  void open() throws IOException {
    objects = TestStore.in(directory);
    cache = new VerificationCache(VerificationCache.DEFAULT_SIZE, 1);
    content = objects.add("o", CONTENT);
    verifier = new ObjectVerifier(objects.store(), VerifyPolicy.REQUIRE, cache);
  }

  @AfterEach
  void close() {
    cache.close();
    objects.close();
    arena.close();
  }

  private MemorySegment buffer(boolean isNative, long size) {
    MemorySegment buffer =
        isNative ? arena.allocate(size) : MemorySegment.ofArray(new byte[(int) size]);
    return buffer.fill((byte) 0x55);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "4095, 4096",
    "4096, 4097",
    "12288, 12288",
    "65536, 70000",
    "524288, 524289"
  })
  void read_atRandom_givesTheSameAsTheContent(int from, int to) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int size : new int[] {Math.max(1, from), to}) {
      byte[] expected = bytes(size);
      Content.Backed file = objects.add("r" + size, expected);
      for (VerifyPolicy policy : VerifyPolicy.values()) {
        try (VerifiedObject object =
            new ObjectVerifier(objects.store(), policy, cache).open(file, "file")) {
          for (int i = 0; i < 50; i++) {
            int grain = random.nextBoolean() ? 4096 : 1;
            int position = random.nextInt(size / grain + 2) * grain;
            int length = (1 + random.nextInt(3 * 4096 / grain)) * grain;
            assertReads(object, expected, position, buffer(random.nextBoolean(), length), seed);
          }
          assertReads(object, expected, 0, buffer(true, size), seed);
          assertReads(object, expected, 0, buffer(false, size), seed);
        }
      }
    }
  }

  private static void assertReads(
      VerifiedObject object, byte[] expected, int position, MemorySegment into, long seed)
      throws ObjectException {
    int n = object.read(position, into);
    String name = "position %d, %d bytes, seed %d".formatted(position, into.byteSize(), seed);
    int end = (int) Math.min(expected.length, position + into.byteSize());
    byte[] wanted = position < end ? Arrays.copyOfRange(expected, position, end) : new byte[0];
    assertThat(n).as(name).isEqualTo(wanted.length);
    assertThat(into.asSlice(0, n).toArray(JAVA_BYTE)).as(name).isEqualTo(wanted);
    for (long i = n; i < into.byteSize(); i++) {
      assertThat(into.get(JAVA_BYTE, i)).as(name).isEqualTo((byte) 0x55);
    }
  }

  @Test
  void read_positionFarBehindTheEnd_givesNothing() throws IOException {
    try (VerifiedObject object = verifier.open(content, "file")) {
      assertThat(object.read(Long.MAX_VALUE, buffer(true, 10))).isZero();
      assertThat(object.read(40_000, buffer(true, 10))).isZero();
      assertThat(object.read(0, buffer(true, 0))).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 8192, 8192", "true, 8000, 8192", "false, 8192, 4096", "false, 9000, 100"})
  void read_blockChangedAfterOpen_failsAndGivesNoByteOfIt(
      boolean isNative, int position, int length) throws IOException {
    try (VerifiedObject object = verifier.open(content, "/a/file")) {
      objects.flip(content, 8193);
      MemorySegment into = buffer(isNative, length);
      assertThatThrownBy(() -> object.read(position, into))
          .isInstanceOfSatisfying(
              ObjectException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
          .hasMessage(
              "object o: %s: changed since it was opened:"
                  + " block 2 (from byte 8192 on) does not have its hash",
              directory);
      assertThat(into.toArray(JAVA_BYTE)).containsOnly(0);
      assertThat(verifier.counts().failed()).isEqualTo(1);
    }
  }

  @Test
  void read_otherBlocksOfAChangedFile_areStillServed() throws IOException {
    try (VerifiedObject object = verifier.open(content, "file")) {
      objects.flip(content, 8193);
      MemorySegment into = buffer(true, 8192);
      assertThat(object.read(0, into)).isEqualTo(8192);
      assertThat(into.toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOf(CONTENT, 8192));
      assertThat(object.read(12_288, into)).isEqualTo(8192);
    }
  }

  @Test
  void read_lastBlockChangedAfterOpen_fails() throws IOException {
    try (VerifiedObject object = verifier.open(content, "file")) {
      objects.flip(content, 39_999);
      assertThatThrownBy(() -> object.read(36_864, buffer(true, 4096)))
          .hasMessageContaining("block 9 (from byte 36864 on)");
    }
  }

  @ParameterizedTest
  @EnumSource(VerifyPolicy.class)
  void read_fileCutAfterOpen_failsUnderEveryPolicy(VerifyPolicy policy) throws IOException {
    ObjectVerifier any = new ObjectVerifier(objects.store(), policy, cache);
    try (VerifiedObject object = any.open(content, "file")) {
      objects.resize(content, 5000);
      String message =
          "object o: %s: changed since it was opened: found its end at byte 5000, expected 40000"
              .formatted(directory);
      assertThatThrownBy(() -> object.read(4096, buffer(true, 4096))).hasMessage(message);
      assertThatThrownBy(() -> object.read(4097, buffer(false, 4096))).hasMessage(message);
      MemorySegment into = buffer(true, 4096);
      assertThat(object.read(0, into)).isEqualTo(4096);
      assertThat(into.toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOf(CONTENT, 4096));
    }
  }

  @Test
  void read_fileGrownAfterOpen_endsWhereItDid() throws IOException {
    try (VerifiedObject object = verifier.open(content, "file")) {
      objects.resize(content, 50_000);
      MemorySegment into = buffer(true, 8192);
      assertThat(object.read(36_864, into)).isEqualTo(3136);
      assertThat(object.read(40_000, into)).isZero();
    }
  }

  @Test
  void read_objectReplacedAfterOpen_givesTheOldOne() throws IOException {
    try (VerifiedObject object = verifier.open(content, "file")) {
      Path other = Files.write(directory.resolve("other"), new byte[40_000]);
      Files.move(other, objects.path(content), StandardCopyOption.REPLACE_EXISTING);
      MemorySegment into = buffer(true, 4096);
      assertThat(object.read(4096, into)).isEqualTo(4096);
      assertThat(into.toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOfRange(CONTENT, 4096, 8192));
    }
    assertThatThrownBy(() -> verifier.open(content, "file"))
        .isInstanceOf(ObjectException.class)
        .hasMessageContaining("digest is ");
  }

  @Test
  void read_negativePosition_isACallersError() throws IOException {
    try (VerifiedObject object = verifier.open(content, "file")) {
      assertThatThrownBy(() -> object.read(-1, buffer(true, 1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
