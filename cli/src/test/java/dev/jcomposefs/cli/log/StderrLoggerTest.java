package dev.jcomposefs.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class StderrLoggerTest {
  private static final ZonedDateTime TIME =
      ZonedDateTime.of(2026, 3, 1, 4, 5, 6, 7_000_000, ZoneOffset.ofHours(2));

  @Test
  void event_plain_isOneLine() {
    assertThat(StderrLogger.event(TIME, 42, Level.WARN, "a/b: gone", null))
        .isEqualTo("2026-03-01T04:05:06.007+02:00 jcfs[42]: WARN: a/b: gone\n");
  }

  @Test
  void event_controlCharacters_cannotMakeAnotherLine() {
    assertThat(StderrLogger.event(TIME, 42, Level.ERROR, "a\nb\u001b[2Jc\u009bd", null))
        .endsWith(" ERROR: a?b?[2Jc?d\n");
  }

  @Test
  void event_withCause_hasItsTrace() {
    assertThat(
            StderrLogger.event(
                TIME, 42, Level.ERROR, "failed", new IllegalStateException("x\u001b")))
        .contains("failed\njava.lang.IllegalStateException: x?\n\tat " + getClass().getName());
  }

  @Test
  void warn_notAscii_countsItsBytes() {
    PrintStream stderr = System.err;
    AtomicInteger rotations = new AtomicInteger();
    System.setErr(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    try {
      LogBound.set(400, 0, rotations::incrementAndGet);
      LoggerFactory.getLogger("any").warn("ü".repeat(200));
    } finally {
      LogBound.set(Long.MAX_VALUE, 0, () -> {});
      System.setErr(stderr);
    }
    assertThat(rotations).hasValue(1);
  }

  @Test
  void slf4j_findsIt() {
    assertThat(LoggerFactory.getLogger("any")).isInstanceOf(StderrLogger.class);
    assertThat(LoggerFactory.getLogger("any").isWarnEnabled()).isTrue();
    assertThat(LoggerFactory.getLogger("any").isInfoEnabled()).isFalse();
  }
}
