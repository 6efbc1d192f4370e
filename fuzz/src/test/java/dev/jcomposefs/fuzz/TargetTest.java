package dev.jcomposefs.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.jcomposefs.format.ImageReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TargetTest {
  private static final int MUTANTS = 1000;

  static Stream<Arguments> seeds() {
    return Stream.of(Target.values())
        .flatMap(target ->
            SeedCorpus.of(target).entrySet().stream()
                .map(seed -> Arguments.of(target, seed.getKey(), seed.getValue())));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("seeds")
  void run_seed_keepsPromise(Target target, String name, byte[] seed) {
    assertThatCode(() -> target.run(seed)).as(name).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("seeds")
  void run_seedCutAnywhere_keepsPromise(Target target, String name, byte[] seed) {
    int step = Math.max(1, seed.length / 100);
    for (int length = 0; length < seed.length; length += step) {
      byte[] cut = Arrays.copyOf(seed, length);
      assertThatCode(() -> target.run(cut))
          .as("%s, %d bytes", name, length)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @EnumSource
  void run_randomBytes_keepsPromise(Target target) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[random.nextInt(3000)];
      random.nextBytes(bytes);
      assertThatCode(() -> target.run(bytes)).as("seed %d", seed).doesNotThrowAnyException();
    }
  }

  @Test
  void run_mutants_keepPromise() throws IOException {
    MutantRun mutants = new MutantRun(System.nanoTime());
    for (int n = 0; n < MUTANTS; n++) {
      mutants.run(n);
    }
  }

  @Test
  void erofsFields_soundImage_coverItsInodes() throws Exception {
    for (Map.Entry<String, byte[]> seed : SeedCorpus.erofs().entrySet()) {
      byte[] image = seed.getValue();
      long inodes = ImageReader.open(MemorySegment.ofArray(image), "seed").inodeCount();
      // Of the whiteouts that versions 0 and 1 add, only two are to be damaged.
      long whiteouts = inodes >= 256 ? 254 : 0;
      assertThat(ErofsFields.of(image))
          .as(seed.getKey())
          .hasSizeGreaterThan((int) (inodes - whiteouts));
    }
  }
}
