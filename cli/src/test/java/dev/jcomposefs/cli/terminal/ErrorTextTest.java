package dev.jcomposefs.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.CorruptImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorTextTest {
  record Case(Throwable thrown, String expected, boolean defect) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(new NoSuchFileException("/a"), "/a: no such file or directory", false),
        new Case(new AccessDeniedException("/a"), "/a: permission denied", false),
        new Case(
            new FileSystemException("/a", null, "Is a directory"), "/a: is a directory", false),
        new Case(new FileSystemException("/a"), "/a: FileSystemException", false),
        new Case(
            new CorruptImageException("a.img", 8, "found 1, expected 2"),
            "a.img: offset 8: found 1, expected 2",
            false),
        new Case(
            new UncheckedIOException(new NoSuchFileException("b")),
            "b: no such file or directory",
            false),
        new Case(new IOException(), "IOException", false),
        new Case(new UserException("a: b"), "a: b", false),
        new Case(
            new IllegalStateException("oops"),
            "internal error: java.lang.IllegalStateException: oops",
            true));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void of_failure_isOneLineOfPathAndReason(Case c) {
    assertThat(ErrorText.of(c.thrown)).isEqualTo(c.expected);
    assertThat(ErrorText.isDefect(c.thrown)).isEqualTo(c.defect);
  }

  @Test
  void of_pathWithControlCharacters_cannotMoveTheCursor() {
    assertThat(ErrorText.of(new NoSuchFileException("a\n\u001b[2Jb")))
        .isEqualTo("a\\x0a\\x1b[2Jb: no such file or directory");
  }
}
