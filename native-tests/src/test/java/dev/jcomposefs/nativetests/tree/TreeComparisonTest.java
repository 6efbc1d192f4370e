package dev.jcomposefs.nativetests.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.PosixChanges;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The yardstick itself: it must see what it is there to see. */
class TreeComparisonTest {
  private Scratch scratch;

  @BeforeEach
  void twoEqualTrees() throws Exception {
    Requirement.root();
    scratch = Scratch.create();
    ByteString source = scratch.bytes("a");
    PosixChanges.mkdir(source);
    PosixChanges.write(scratch.bytes("a/file"), FeatureTree.content(3000));
    PosixChanges.write(scratch.bytes("a/other"), FeatureTree.content(3000));
    PosixChanges.setXattr(scratch.bytes("a/file"), ByteString.utf8("user.k"), ByteString.utf8("v"));
    PosixChanges.mkdir(scratch.bytes("a/directory"));
    PosixChanges.symlink(ByteString.utf8("target"), scratch.bytes("a/link"));
    PosixChanges.mknod(scratch.bytes("a/device"), FileType.CHARACTER_DEVICE, 1, 3);
    FeatureTree.addSparseFile(source);
    Command.mustRun(
        "cp", "-a", "--sparse=always", scratch.path("a").toString(), scratch.path("b").toString());
  }

  @AfterEach
  void remove() throws Exception {
    scratch.close();
  }

  @Test
  void compare_copies_haveNoDifference() throws Exception {
    TreeComparison.Outcome outcome = compare();

    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.entries()).isEqualTo(7);
  }

  record Change(String name, Action action, String difference) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Action {
    void apply(Scratch scratch) throws FsException;
  }

  static Stream<Change> changes() {
    return Stream.of(
        new Change(
            "one byte of a file",
            s -> overwrite(s.bytes("b/file"), 1234),
            "/file: content differs at offset 1234"),
        new Change(
            "one byte behind 4 GiB of a sparse file",
            s -> overwrite(s.bytes("b/sparse"), (1L << 32) + 17),
            "/sparse: content differs at offset 4294967313"),
        new Change(
            "a file's last byte",
            s -> PosixChanges.truncate(s.bytes("b/file"), 2999),
            "/file: size is 2999, expected 3000"),
        new Change("a file gone", s -> PosixChanges.unlink(s.bytes("b/other")), "/other: missing"),
        new Change(
            "a file more",
            s -> PosixChanges.write(s.bytes("b/more"), new byte[1]),
            "/more: not expected"),
        new Change(
            "a nanosecond",
            s -> {
              PosixChanges.modified(s.bytes("a/link"), -7, 5);
              PosixChanges.modified(s.bytes("b/link"), -7, 6);
            },
            "/link: mtime is -7.000000006, expected -7.000000005"),
        new Change(
            "an owner",
            s -> PosixChanges.chown(s.bytes("b/device"), 4_000_000_000L, 0),
            "/device: owner is 4000000000, expected 0"),
        new Change(
            "a group",
            s -> PosixChanges.chown(s.bytes("b/device"), 0, 7),
            "/device: group is 7, expected 0"),
        new Change(
            "permissions of the root",
            s -> PosixChanges.chmod(s.bytes("b"), 0700),
            "/: mode is 40700, expected 40755"),
        new Change(
            "an attribute's value",
            s ->
                PosixChanges.setXattr(
                    s.bytes("b/file"), ByteString.utf8("user.k"), ByteString.utf8("w")),
            "/file: xattr user.k is w, expected v"),
        new Change(
            "an attribute more",
            s ->
                PosixChanges.setXattr(
                    s.bytes("b/link"), ByteString.utf8("trusted.t"), ByteString.EMPTY),
            "/link: xattr trusted.t is , expected null"));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void compare_oneChange_isReported(Change change) throws Exception {
    change.action().apply(scratch);

    assertThat(compare().differences()).contains(change.difference());
  }

  @Test
  void compare_otherTarget_isReported() throws Exception {
    PosixChanges.unlink(scratch.bytes("b/link"));
    PosixChanges.symlink(ByteString.utf8("tArget"), scratch.bytes("b/link"));

    assertThat(compare().differences()).contains("/link: target is tArget, expected target");
  }

  @Test
  void compare_otherDevice_isReported() throws Exception {
    PosixChanges.unlink(scratch.bytes("b/device"));
    PosixChanges.mknod(scratch.bytes("b/device"), FileType.CHARACTER_DEVICE, 1, 5);

    assertThat(compare().differences())
        .contains("/device: device number is 4294967301, expected 4294967299");
  }

  @Test
  void compare_hardLinkInsteadOfACopy_isReported() throws Exception {
    PosixChanges.unlink(scratch.bytes("b/other"));
    PosixChanges.link(scratch.bytes("b/file"), scratch.bytes("b/other"));

    assertThat(compare().differences())
        .contains(
            "/file: link count is 2, expected 1", "/other: first name is /file, expected /other");
  }

  private static void overwrite(ByteString file, long at) throws FsException {
    try (OpenFile open = OpenFile.open(file, OpenFile.READ_WRITE)) {
      byte old = open.read(at, 1)[0];
      open.write(new byte[] {(byte) ~old}, at);
    }
  }

  private TreeComparison.Outcome compare() throws FsException {
    return TreeComparison.compare(
        scratch.path("a"), scratch.path("b"), Aspect.DIRECTORY_LINKS, Aspect.FILE_LINKS);
  }
}
