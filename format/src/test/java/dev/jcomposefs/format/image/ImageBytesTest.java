package dev.jcomposefs.format.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.CorruptImageException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBytesTest {
  private static final byte[] RAW = {1, (byte) 0x82, 3, (byte) 0x84, 5, 6, 7, (byte) 0x88, 9};
  private final ImageBytes bytes = new ImageBytes(MemorySegment.ofArray(RAW), "some.image");

  @Test
  void read_everyWidth_isLittleEndianWithTheSignOfItsName() throws Exception {
    assertThat(bytes.u8(1)).isEqualTo(0x82);
    assertThat(bytes.u16(0)).isEqualTo(0x8201);
    assertThat(bytes.u32(0)).isEqualTo(0x84038201L);
    assertThat(bytes.s32(0)).isEqualTo(0x84038201);
    assertThat(bytes.s64(0)).isEqualTo(0x8807060584038201L);
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 10, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void read_outsideOfImage_isCorruptWithSourceAndOffset(long at) {
    assertOutside(() -> bytes.u8(at), at);
    assertOutside(() -> bytes.u16(at), at);
    assertOutside(() -> bytes.u32(at), at);
    assertOutside(() -> bytes.s32(at), at);
    assertOutside(() -> bytes.s64(at), at);
    assertOutside(() -> bytes.check(at, 1), at);
    assertOutside(() -> bytes.slice(at, 1), at);
    assertOutside(() -> bytes.copy(at, 1), at);
  }

  @Test
  void read_acrossTheEnd_isCorrupt() {
    assertOutside(() -> bytes.u16(8), 8);
    assertOutside(() -> bytes.s32(6), 6);
    assertOutside(() -> bytes.s64(2), 2);
    assertOutside(() -> bytes.check(0, 10), 0);
    assertOutside(() -> bytes.check(1, Long.MAX_VALUE), 1);
    assertOutside(() -> bytes.check(1, -1), 1);
  }

  @Test
  void check_emptyRangeAtTheEnd_isInside() throws Exception {
    bytes.check(9, 0);
    assertThat(bytes.copy(9, 0)).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void compare_randomStrings_agreesWithUnsignedArrayOrder() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] a = new byte[random.nextInt(40)];
      byte[] b = new byte[random.nextInt(40)];
      // Few distinct bytes, so that long common prefixes occur.
      for (int k = 0; k < Math.max(a.length, b.length); k++) {
        byte common = (byte) (random.nextInt(8) == 0 ? random.nextInt() : 'x');
        if (k < a.length) {
          a[k] = random.nextInt(16) == 0 ? (byte) random.nextInt() : common;
        }
        if (k < b.length) {
          b[k] = common;
        }
      }
      int found =
          new ImageBytes(MemorySegment.ofArray(a), "a")
              .compare(0, a.length, MemorySegment.ofArray(b), 0, b.length);
      assertThat(Integer.signum(found))
          .as("seed %d, round %d", seed, i)
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
    }
  }

  private static void assertOutside(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable read, long at) {
    assertThatThrownBy(read)
        .isInstanceOf(CorruptImageException.class)
        .hasMessageStartingWith("some.image: offset " + at + ": ")
        .hasMessageEndingWith("outside the image, expected them within 9");
  }
}
