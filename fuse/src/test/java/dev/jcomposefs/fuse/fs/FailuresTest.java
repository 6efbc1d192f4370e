package dev.jcomposefs.fuse.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ByteString;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  private static final ByteString OBJECT = ByteString.utf8("ab/cd");

  private final FixtureImage image = new FixtureImage();
  private final FixtureImage.Node file = image.inline(image.rootNode(), "file", "x");
  private long now = Long.MAX_VALUE - 5;
  private final Failures failures = new Failures(image, "/mnt", () -> now);

  private Errno fail(Throwable failure) {
    return failures.failed(file.id(), file.id(), failure);
  }

  @ParameterizedTest
  @EnumSource(names = {"ENOTDIR", "EISDIR", "EINVAL", "ENAMETOOLONG", "EBADF"})
  void failed_questionThatMadeNoSense_isOnlyAnswered(Errno errno) {
    assertThat(fail(new FsException(errno, "no"))).isEqualTo(errno);
    assertThat(failures.count()).isZero();
    assertThat(failures.recent()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(new CorruptImageException("i", 7, "bad"), "EIO", "i: offset 7: bad", null),
        Arguments.of(new UnsupportedImageException("i", "bit 3"), "EOPNOTSUPP", "i: bit 3", null),
        Arguments.of(new ObjectException(OBJECT, "gone"), "EIO", "gone", "ab/cd"),
        Arguments.of(
            new ObjectException(Errno.EMFILE, OBJECT, "many", null), "EMFILE", "many", "ab/cd"),
        Arguments.of(new StackOverflowError(), "EIO", "java.lang.StackOverflowError", null));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void failed_faultOfOurs_isCountedAndRemembered(
      Throwable fault, Errno errno, String cause, String object) {
    assertThat(fail(fault)).isEqualTo(errno);
    assertThat(failures.count()).isEqualTo(1);
    Failure noted = failures.recent().getFirst();
    assertThat(noted.cause()).isEqualTo(cause);
    assertThat(noted.errno()).isEqualTo(errno);
    assertThat(noted.object()).isEqualTo(object);
    assertThat(noted.path()).isEqualTo(ByteString.utf8("/file"));
  }

  @Test
  void failed_manyTimes_remembersTheLast() {
    for (int i = 0; i < 100; i++) {
      fail(new ObjectException(OBJECT, "number " + i));
    }
    assertThat(failures.count()).isEqualTo(100);
    assertThat(failures.recent()).hasSize(Failures.REMEMBERED);
    assertThat(failures.recent().getLast().cause()).isEqualTo("number 99");
  }

  /** One of many is not pushed out by another that comes again and again. */
  @Test
  void failed_theSameAgain_isRememberedOnceWithItsNumber() {
    fail(new ObjectException(OBJECT, "rare"));
    for (int i = 0; i < 100; i++) {
      fail(new ObjectException(OBJECT, "frequent"));
      failures.failed(4711, 4711, new ObjectException(OBJECT, "frequent"));
    }
    assertThat(failures.count()).isEqualTo(201);
    assertThat(failures.recent()).extracting(Failure::times).containsExactly(1L, 100L, 100L);
    assertThat(failures.recent().get(1).path()).isEqualTo(ByteString.utf8("/file"));
  }

  @Test
  void failed_inAFlood_searchesForPathsOnlyAtFirst() {
    for (int i = 0; i < Failures.BURST; i++) {
      fail(new ObjectException(OBJECT, "early"));
    }
    assertThat(failures.recent().getLast().path()).isNotNull();

    fail(new ObjectException(OBJECT, "late"));
    assertThat(failures.recent().getLast().path()).isNull();
  }

  @Test
  void failed_afterAFlood_searchesAgainAsTimeGoesBy() {
    for (int i = 0; i < 2 * Failures.BURST; i++) {
      fail(new ObjectException(OBJECT, "flood"));
    }
    now += Failures.REFILL_NANOS;

    fail(new ObjectException(OBJECT, "one"));
    assertThat(failures.recent().getLast().path()).isNotNull();
    fail(new ObjectException(OBJECT, "two"));
    assertThat(failures.recent().getLast().path()).isNull();
  }

  @Test
  void toString_ofAFailure_isOneLineWithPathObjectAndCause() {
    fail(new ObjectException(OBJECT, "digest is 00, expected 11"));

    assertThat(failures.recent().getFirst())
        .hasToString("/file: object ab/cd: digest is 00, expected 11 (EIO)");
  }

  @Test
  void toString_withoutPath_namesTheInode() {
    failures.failed(4711, 4711, new ObjectException(OBJECT, "gone"));

    assertThat(failures.recent().getFirst()).hasToString("inode 4711: object ab/cd: gone (EIO)");
  }
}
