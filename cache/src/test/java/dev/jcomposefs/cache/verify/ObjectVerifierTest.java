package dev.jcomposefs.cache.verify;

import static dev.jcomposefs.cache.verify.TestStore.bytes;
import static dev.jcomposefs.cache.verify.TestStore.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectVerifierTest {
  private static final byte[] CONTENT = bytes(10_000);
  private static final Digest RIGHT = digest(CONTENT);
  private static final Digest WRONG = Digest.parse("11".repeat(32));
  private static final Digest RIGHT_SHA512 = VerityHasher.digest(HashAlgorithm.SHA512, CONTENT);

  @TempDir Path directory;
  private TestStore objects;
  private VerificationCache cache;

  @BeforeEach
  void open() throws IOException {
    objects = TestStore.in(directory);
    cache = new VerificationCache(VerificationCache.DEFAULT_SIZE, 2);
  }

  @AfterEach
  void close() {
    cache.close();
    objects.close();
  }

  private ObjectVerifier verifier(VerifyPolicy policy) {
    return new ObjectVerifier(objects.store(), policy, cache);
  }

  private static byte[] read(VerifiedObject object) throws ObjectException {
    byte[] bytes = new byte[(int) object.size()];
    assertThat(object.read(0, MemorySegment.ofArray(bytes))).isEqualTo(bytes.length);
    return bytes;
  }

  /**
   * @param image the digest that the image gives
   * @param kernel the digest that the kernel gives
   * @param engine who verifies; null if the open fails
   * @param message how the failure's message ends
   */
  record Case(
      VerifyPolicy policy,
      @Nullable Digest image,
      @Nullable Digest kernel,
      @Nullable VerifyEngine engine,
      String message) {

    static Case opens(
        VerifyPolicy policy, @Nullable Digest image, @Nullable Digest kernel, VerifyEngine engine) {
      return new Case(policy, image, kernel, engine, "");
    }

    static Case fails(
        VerifyPolicy policy, @Nullable Digest image, @Nullable Digest kernel, String message) {
      return new Case(policy, image, kernel, null, message);
    }
  }

  static Stream<Case> policies() {
    String rightForWrong = "digest is %s, expected %s".formatted(RIGHT, WRONG);
    String wrongForRight = "digest is %s, expected %s".formatted(WRONG, RIGHT);
    String none = "the image gives no digest, and the mount requires one";
    return Stream.of(
        Case.opens(VerifyPolicy.REQUIRE, RIGHT, null, VerifyEngine.USER_SPACE),
        Case.opens(VerifyPolicy.REQUIRE, RIGHT, RIGHT, VerifyEngine.KERNEL),
        Case.opens(VerifyPolicy.REQUIRE, RIGHT_SHA512, null, VerifyEngine.USER_SPACE),
        Case.opens(VerifyPolicy.REQUIRE, RIGHT, RIGHT_SHA512, VerifyEngine.USER_SPACE),
        Case.fails(VerifyPolicy.REQUIRE, WRONG, null, rightForWrong),
        Case.fails(VerifyPolicy.REQUIRE, WRONG, RIGHT, rightForWrong),
        Case.fails(VerifyPolicy.REQUIRE, RIGHT, WRONG, wrongForRight),
        Case.fails(VerifyPolicy.REQUIRE, WRONG, RIGHT_SHA512, rightForWrong),
        Case.fails(VerifyPolicy.REQUIRE, null, null, none),
        Case.fails(VerifyPolicy.REQUIRE, null, RIGHT, none),
        Case.opens(VerifyPolicy.IF_PRESENT, RIGHT, null, VerifyEngine.USER_SPACE),
        Case.opens(VerifyPolicy.IF_PRESENT, RIGHT, RIGHT, VerifyEngine.KERNEL),
        Case.fails(VerifyPolicy.IF_PRESENT, WRONG, null, rightForWrong),
        Case.fails(VerifyPolicy.IF_PRESENT, WRONG, RIGHT, rightForWrong),
        Case.opens(VerifyPolicy.IF_PRESENT, null, null, VerifyEngine.NONE),
        Case.opens(VerifyPolicy.NONE, RIGHT, null, VerifyEngine.NONE),
        Case.opens(VerifyPolicy.NONE, WRONG, WRONG, VerifyEngine.NONE),
        Case.opens(VerifyPolicy.NONE, null, null, VerifyEngine.NONE));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void open_eachPolicyAndDigest_isDecidedByTheTable(Case c) throws IOException {
    objects.add("o", CONTENT);
    Content.Backed content = new Content.Backed(ByteString.utf8("o"), CONTENT.length, c.image());
    ObjectVerifier verifier =
        new ObjectVerifier(objects.store(), c.policy(), cache, object -> c.kernel());
    if (c.engine() == null) {
      assertThatThrownBy(() -> verifier.open(content, "file"))
          .isInstanceOfSatisfying(
              ObjectException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO))
          .hasMessage("object o: %s: %s", directory, c.message());
      assertThat(verifier.counts().failed()).isEqualTo(1);
    } else {
      try (VerifiedObject object = verifier.open(content, "file")) {
        assertThat(object.engine()).isEqualTo(c.engine());
        assertThat(read(object)).isEqualTo(CONTENT);
      }
      assertThat(verifier.counts().opened()).isEqualTo(1);
      assertThat(verifier.counts().failed()).isZero();
    }
  }

  @Test
  void open_kernelCannotMeasure_fails() throws IOException {
    Content.Backed content = objects.add("o", CONTENT);
    ObjectVerifier verifier =
        new ObjectVerifier(
            objects.store(),
            VerifyPolicy.REQUIRE,
            cache,
            object -> {
              throw new FsException(Errno.ENOMEM, "measure");
            });
    assertThatThrownBy(() -> verifier.open(content, "file"))
        .hasMessage("object o: %s: measure fs-verity: Cannot allocate memory", directory);
  }

  @ParameterizedTest
  @EnumSource(VerifyPolicy.class)
  void open_objectOfAnotherSize_failsUnderEveryPolicy(VerifyPolicy policy) throws IOException {
    Content.Backed content = objects.add("o", CONTENT);
    objects.resize(content, 9_999);
    assertThatThrownBy(() -> verifier(policy).open(content, "file"))
        .hasMessage("object o: %s: found 9999 bytes, expected 10000", directory);
    objects.resize(content, 10_001);
    assertThatThrownBy(() -> verifier(policy).open(content, "file"))
        .hasMessage("object o: %s: found 10001 bytes, expected 10000", directory);
  }

  @Test
  void open_oneByteFlipped_failsAndOthersAreStillServed() throws IOException {
    Content.Backed bad = objects.add("bad", CONTENT);
    Content.Backed good = objects.add("good", CONTENT);
    objects.flip(bad, 9_999);
    ObjectVerifier verifier = verifier(VerifyPolicy.IF_PRESENT);
    assertThatThrownBy(() -> verifier.open(bad, "file"))
        .isInstanceOf(ObjectException.class)
        .hasMessageEndingWith(", expected " + RIGHT);
    try (VerifiedObject object = verifier.open(good, "file")) {
      assertThat(read(object)).isEqualTo(CONTENT);
    }
  }

  @Test
  void open_imageNamesNoObject_fails() {
    Content.Backed content = new Content.Backed(null, 10, RIGHT);
    assertThatThrownBy(() -> verifier(VerifyPolicy.IF_PRESENT).open(content, "file"))
        .hasMessage("object (none): the image names none for a file that needs one");
  }

  @Test
  void open_missingObject_failsWithObjectAndCauseAndIsCounted() throws IOException {
    Content.Backed content = objects.add("gone", CONTENT);
    Files.delete(objects.path(content));
    ObjectVerifier verifier = verifier(VerifyPolicy.IF_PRESENT);
    assertThatThrownBy(() -> verifier.open(content, "/usr/bin/true"))
        .isInstanceOfSatisfying(
            ObjectException.class,
            failure -> {
              assertThat(failure.object()).isEqualTo("gone");
              assertThat(failure.reason())
                  .isEqualTo("not in any base directory (%s)".formatted(directory));
            });
    assertThat(verifier.counts().failed()).isEqualTo(1);
  }

  @Test
  void counts_eachKindOfOpen_areKeptApart() throws IOException {
    Content.Backed content = objects.add("o", CONTENT);
    ObjectVerifier user = verifier(VerifyPolicy.REQUIRE);
    user.open(content, "file").close();
    user.open(content, "file").close();
    assertThat(user.counts()).isEqualTo(new VerifyCounts(2, 0, 0, 1, 1, 0));
    ObjectVerifier kernel =
        new ObjectVerifier(objects.store(), VerifyPolicy.REQUIRE, cache, object -> RIGHT);
    kernel.open(content, "file").close();
    assertThat(kernel.counts()).isEqualTo(new VerifyCounts(1, 1, 0, 0, 0, 0));
    ObjectVerifier nobody = verifier(VerifyPolicy.NONE);
    nobody.open(content, "file").close();
    assertThat(nobody.counts()).isEqualTo(new VerifyCounts(1, 0, 1, 0, 0, 0));
  }

  @Test
  void open_objectThatAnotherMountVerified_isNotHashedAgain() throws IOException {
    Content.Backed content = objects.add("o", CONTENT);
    verifier(VerifyPolicy.REQUIRE).open(content, "file").close();
    ObjectVerifier second = verifier(VerifyPolicy.REQUIRE);
    second.open(content, "file").close();
    assertThat(second.counts()).isEqualTo(new VerifyCounts(1, 0, 0, 0, 1, 0));
  }

  @Test
  void open_failed_leavesNoDescriptorBehind() throws IOException {
    Content.Backed content = objects.add("o", CONTENT);
    Content.Backed wrong = new Content.Backed(content.path(), content.size(), WRONG);
    ObjectVerifier verifier = verifier(VerifyPolicy.REQUIRE);
    long before = openDescriptors();
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> verifier.open(wrong, "file")).isInstanceOf(FsException.class);
    }
    assertThat(openDescriptors()).isEqualTo(before);
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  @Test
  void open_underFlightRecorder_emitsAnEventForHashAndFailure() throws IOException {
    Content.Backed content = objects.add("o", CONTENT);
    Path file = directory.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.jcomposefs.ObjectHashed").withoutThreshold();
      recording.enable("dev.jcomposefs.ObjectFailed");
      recording.start();
      ObjectVerifier verifier = verifier(VerifyPolicy.REQUIRE);
      verifier.open(content, "file").close();
      Content.Backed wrong = new Content.Backed(content.path(), content.size(), WRONG);
      assertThatThrownBy(() -> verifier.open(wrong, "/a")).isInstanceOf(FsException.class);
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().endsWith("ObjectHashed"))
        .singleElement()
        .satisfies(e -> assertThat(e.getString("object")).isEqualTo("o"))
        .satisfies(e -> assertThat(e.getLong("size")).isEqualTo(10_000));
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().endsWith("ObjectFailed"))
        .singleElement()
        .satisfies(e -> assertThat(e.getString("file")).isEqualTo("/a"))
        .satisfies(e -> assertThat(e.getString("object")).isEqualTo("o"))
        .satisfies(e -> assertThat(e.getString("cause")).endsWith(", expected " + WRONG));
  }
}
