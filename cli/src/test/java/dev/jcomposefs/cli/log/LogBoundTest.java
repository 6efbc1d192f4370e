package dev.jcomposefs.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LogBoundTest {
  private final AtomicInteger rotations = new AtomicInteger();
  private final LogBound bound = new LogBound();

  @Test
  void count_upToTheLimit_rotatesOncePerLimit() {
    bound.apply(100, 70, rotations::incrementAndGet);
    bound.count(29);
    assertThat(rotations).hasValue(0);
    bound.count(1);
    assertThat(rotations).hasValue(1);
    bound.count(99);
    assertThat(rotations).hasValue(1);
    bound.count(500);
    assertThat(rotations).hasValue(2);
  }

  @Test
  void apply_logThatIsTooLargeAlready_rotatesAtOnce() {
    bound.apply(100, 100, rotations::incrementAndGet);
    assertThat(rotations).hasValue(1);
  }

  @Test
  void count_rotationFails_isTriedAgainLater() {
    bound.apply(
        100,
        0,
        () -> {
          rotations.incrementAndGet();
          throw new IOException("no");
        });
    bound.count(100);
    bound.count(99);
    assertThat(rotations).hasValue(1);
    bound.count(1);
    assertThat(rotations).hasValue(2);
  }

  @Test
  void count_noLimit_doesNothing() {
    bound.count(Integer.MAX_VALUE);
  }
}
