package dev.jcomposefs.fuse.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileSystemTest {
  private static final long ROOT = ImageFileSystem.ROOT;

  @TempDir Path base;

  private final FixtureImage image = new FixtureImage();
  private final FixtureImage.Node root = image.rootNode();
  private FixtureObjects objects;
  private ImageFileSystem files;

  @BeforeEach
  void open() throws FsException {
    objects = new FixtureObjects(base);
    files = new ImageFileSystem(image, objects.verifier(VerifyPolicy.REQUIRE));
  }

  @AfterEach
  void close() {
    objects.close();
  }

  private long lookup(long parent, String name) throws FsException {
    MemorySegment bytes = MemorySegment.ofArray(("/" + name).getBytes(StandardCharsets.UTF_8));
    return files.lookup(parent, bytes, 1, (int) bytes.byteSize() - 1);
  }

  private String read(long node) throws FsException {
    try (OpenFile file = files.open(node);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      int n = file.read(0, buffer, 0, 4096);
      return new String(ByteString.copyOf(buffer, 0, n).toByteArray(), StandardCharsets.ISO_8859_1);
    }
  }

  private record Listed(long cookie, long node, FileType type, String name) {}

  private List<Listed> list(long node, long cookie, int most) throws FsException {
    List<Listed> entries = new ArrayList<>();
    files.list(
        node,
        cookie,
        (next, child, type, names, at, length) -> {
          entries.add(new Listed(next, child, type, ByteString.copyOf(names, at, length) + ""));
          return entries.size() < most;
        });
    return entries;
  }

  @Test
  void lookup_nameThatIsThere_isTheImagesInode() throws FsException {
    FixtureImage.Node directory = image.directory(root, "dir");
    FixtureImage.Node file = image.inline(directory, "file", "content");

    assertThat(lookup(ROOT, "dir")).isEqualTo(directory.id());
    assertThat(lookup(directory.id(), "file")).isEqualTo(file.id());
  }

  @Test
  void lookup_nameThatIsNotThere_isNotFound() throws FsException {
    assertThat(lookup(ROOT, "nothing")).isEqualTo(ImageFileSystem.NOT_FOUND);
  }

  @Test
  void lookup_parentOfATopDirectory_isNodeOne() throws FsException {
    FixtureImage.Node directory = image.directory(root, "dir");

    assertThat(lookup(directory.id(), "..")).isEqualTo(ROOT);
  }

  @Test
  void lookup_nameOf256Bytes_isTooLong() {
    assertThatThrownBy(() -> lookup(ROOT, "x".repeat(256)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void entry_toAnInodeThatTheKernelTakesForAnother_isCorrupt(long inode) {
    image.link(root, "astray", inode);

    assertThatThrownBy(() -> lookup(ROOT, "astray")).isInstanceOf(CorruptImageException.class);
    assertThatThrownBy(() -> list(ROOT, 0, 9)).isInstanceOf(CorruptImageException.class);
  }

  @Test
  void attributes_ofNodeOne_areThoseOfTheRoot() throws FsException {
    root.permissions(0711);
    Inode inode = new Inode();
    files.attributes(ROOT, inode);

    assertThat(inode.mode()).isEqualTo(0040711);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 8",
    "4096, 8",
    "4097, 16",
    "5368709121, 10485768",
    "9223372036854775807, 18014398509481984"
  })
  void blocks_ofASize_areWholeOnes(long size, long blocks) {
    Inode inode = new Inode().set(9, 0100644, 1, 0, 0, 0, size, 0, 0);

    assertThat(ImageFileSystem.blocks(inode)).isEqualTo(blocks);
  }

  @Test
  void list_directory_givesNodesInsteadOfInodes() throws FsException {
    FixtureImage.Node directory = image.directory(root, "dir");
    FixtureImage.Node pipe = image.add(directory, "pipe", FileType.FIFO);

    assertThat(list(directory.id(), 0, 9))
        .containsExactly(
            new Listed(1, directory.id(), FileType.DIRECTORY, "."),
            new Listed(2, ROOT, FileType.DIRECTORY, ".."),
            new Listed(3, pipe.id(), FileType.FIFO, "pipe"));
  }

  @Test
  void list_fromACookie_goesOnBehindIt() throws FsException {
    image.directory(root, "a");
    image.directory(root, "b");

    List<Listed> first = list(ROOT, 0, 3);
    assertThat(list(ROOT, first.getLast().cookie(), 9))
        .extracting(Listed::name)
        .containsExactly("b");
  }

  @Test
  void readlink_target_isItsBytes() throws FsException {
    ByteString target = ByteString.copyOf(new byte[] {'.', '/', (byte) 0xff});

    assertThat(files.readlink(image.symlink(root, "link", target).id())).isEqualTo(target);
  }

  @Test
  void open_inlineFile_servesItsBytes() throws FsException {
    assertThat(read(image.inline(root, "file", "some text").id())).isEqualTo("some text");
    assertThat(read(image.inline(root, "empty", "").id())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, some",
    "2, 3, 'me '",
    "5, 100, text",
    "9, 1, ''",
    "9223372036854775807, 1, ''"
  })
  void read_partOfAnInlineFile_isThatPart(long position, int length, String expected)
      throws FsException {
    long node = image.inline(root, "file", "some text").id();
    byte[] into = new byte[102];
    Arrays.fill(into, (byte) '#');
    try (OpenFile file = files.open(node)) {
      int n = file.read(position, MemorySegment.ofArray(into), 2, length);

      assertThat(new String(into, 2, n, StandardCharsets.UTF_8)).isEqualTo(expected);
      assertThat(new String(into, 0, 2, StandardCharsets.UTF_8)).isEqualTo("##");
      assertThat(into[2 + n]).isEqualTo((byte) '#');
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4095, 4096, 4097, 100_000})
  void open_object_servesItsBytes(int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    objects.add(image, root, "file", content);
    byte[] found = new byte[size];
    try (OpenFile file = files.open(lookup(ROOT, "file"));
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(size + 10L);
      assertThat(file.read(0, buffer, 0, size + 10)).isEqualTo(size);
      MemorySegment.ofArray(found).copyFrom(buffer.asSlice(0, size));
    }
    assertThat(found).isEqualTo(content);
    assertThat(files.counts().opened()).isEqualTo(1);
    assertThat(files.failureCount()).isZero();
  }

  @Test
  void open_objectWithOtherBytes_failsAndIsRemembered() throws IOException {
    FixtureImage.Node directory = image.directory(root, "usr");
    Path object = objects.add(image, directory, "tool", "right".getBytes(StandardCharsets.UTF_8));
    Files.writeString(object, "wrong");
    long node = lookup(directory.id(), "tool");

    assertThatThrownBy(() -> files.open(node))
        .satisfies(e -> assertThat(files.failed(node, e)).isEqualTo(Errno.EIO));

    assertThat(files.failureCount()).isEqualTo(1);
    Failure failure = files.lastFailures().getFirst();
    assertThat(failure.node()).isEqualTo(node);
    assertThat(failure.path()).isEqualTo(ByteString.utf8("/usr/tool"));
    assertThat(failure.object()).isEqualTo(base.relativize(object).toString());
    assertThat(failure.cause()).contains("digest is ").contains(", expected ");
  }

  @Test
  void open_missingObject_isNotReportedAsAMissingFile() {
    FixtureImage.Node file = image.backed(root, "file", "ab/cd", 5, null);

    assertThatThrownBy(() -> files.open(file.id()))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
  }

  @Test
  void open_fileWhoseObjectIsNotNamed_fails() {
    FixtureImage.Node file = image.backed(root, "file", null, 5, null);

    assertThatThrownBy(() -> files.open(file.id()))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
  }

  @Test
  void open_directory_isRefusedWithoutBeingAFailure() {
    assertThatThrownBy(() -> files.open(ROOT))
        .satisfies(e -> assertThat(files.failed(ROOT, e)).isEqualTo(Errno.EISDIR));
    assertThat(files.failureCount()).isZero();
  }

  @Test
  void listXattrs_keys_areEachFollowedByANul() throws FsException {
    long node = image.inline(root, "file", "").xattr("user.a", "1").xattr("user.bc", "2").id();
    byte[] into = new byte[20];

    int length = files.listXattrs(node, MemorySegment.ofArray(into), 2, 18);

    assertThat(length).isEqualTo(15);
    assertThat(new String(into, 2, length, StandardCharsets.UTF_8).split("\0", -1))
        .containsExactlyInAnyOrder("user.a", "user.bc", "");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 14})
  void listXattrs_withoutRoom_stillTellsHowMuchThereIs(int room) throws FsException {
    long node = image.inline(root, "file", "").xattr("user.a", "1").xattr("user.bc", "2").id();
    byte[] into = new byte[20];

    assertThat(files.listXattrs(node, MemorySegment.ofArray(into), 0, room)).isEqualTo(15);
    assertThat(Arrays.copyOfRange(into, room, 20)).containsOnly(0);
  }

  @Test
  void xattrs_belowOverlay_areEscapedInListAndValue() throws FsException {
    long node =
        image
            .inline(root, "file", "")
            .xattr("trusted.overlay.whiteout", "1")
            .xattr("user.b", "2")
            .id();
    ImageFileSystem below =
        new ImageFileSystem(
            image,
            objects.verifier(VerifyPolicy.REQUIRE),
            XattrView.PLAIN.belowOverlay("trusted.overlay."),
            "image");
    byte[] into = new byte[100];

    int length = below.listXattrs(node, MemorySegment.ofArray(into), 0, into.length);

    assertThat(new String(into, 0, length, StandardCharsets.UTF_8).split("\0", -1))
        .containsExactlyInAnyOrder("trusted.overlay.overlay.whiteout", "user.b", "");
    assertThat(valueOf(below, node, "trusted.overlay.overlay.whiteout")).isEqualTo("1");
    assertThat(valueOf(below, node, "trusted.overlay.whiteout")).isNull();
    assertThat(valueOf(below, node, "user.b")).isEqualTo("2");
    assertThat(valueOf(files, node, "trusted.overlay.whiteout")).isEqualTo("1");
  }

  private static @Nullable String valueOf(ImageFileSystem files, long node, String key)
      throws FsException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] into = new byte[100];
    int length =
        files.xattr(
            node,
            MemorySegment.ofArray(name),
            0,
            name.length,
            MemorySegment.ofArray(into),
            0,
            into.length);
    return length == ImageFileSystem.NOT_FOUND
        ? null
        : new String(into, 0, length, StandardCharsets.UTF_8);
  }

  @Test
  void failed_bugOfThisProgram_isAnInputOutputError() {
    assertThat(files.failed(ROOT, new IllegalStateException("bug"))).isEqualTo(Errno.EIO);
    assertThat(files.lastFailures().getFirst().cause())
        .isEqualTo("java.lang.IllegalStateException: bug");
  }
}
