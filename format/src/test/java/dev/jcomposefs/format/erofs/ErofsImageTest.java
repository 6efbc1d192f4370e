package dev.jcomposefs.format.erofs;

import static dev.jcomposefs.format.erofs.SketchedImage.DATA_BLOCK;
import static dev.jcomposefs.format.erofs.SketchedImage.ROOT;
import static dev.jcomposefs.format.erofs.SketchedImage.XATTR_BLOCK;
import static dev.jcomposefs.format.erofs.SketchedImage.block;
import static dev.jcomposefs.format.erofs.SketchedImage.nid;
import static dev.jcomposefs.format.erofs.SketchedImage.withRoot;
import static dev.jcomposefs.format.erofs.SketchedImage.xattrEntry;
import static dev.jcomposefs.format.erofs.SketchedImage.xattrs;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.erofs.SketchedImage.Dirent;
import dev.jcomposefs.format.erofs.SketchedImage.Sketch;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErofsImageTest {
  private static final int A = nid(1);
  private static final int B = nid(2);

  @Test
  void open_sketchedImage_tellsFactsOfHeaderAndSuperblock() throws Exception {
    ErofsImage image = withRoot().u32(8, 1).u32(12, 1).open();
    assertThat(image.source()).isEqualTo("sketch");
    assertThat(image.root()).isEqualTo(ROOT);
    assertThat(image.inodeCount()).isEqualTo(7);
    assertThat(image.header()).isEqualTo(new ComposefsHeader(1, 1, 1));
    assertThat(image.superblock())
        .isEqualTo(new Superblock(ROOT, 7, 1000, 5, 24, XATTR_BLOCK, 6, 0, true));
  }

  @Test
  void imageReader_erofsMagic_opensErofsImage() throws Exception {
    assertThat(ImageReader.open(withRoot().segment(), "x")).isInstanceOf(ErofsImage.class);
  }

  @Test
  void inode_compact_hasBuildTimeAsMtime() throws Exception {
    ErofsImage image = withRoot().put(A, Sketch.of(0104755).owner(0xffff, 8, 9)).open();
    assertInode(image.inode(A), A, 0104755, 9, 0xffff, 8, 0, 0, 1000, 5);
  }

  @Test
  void inode_extended_hasAllItsBits() throws Exception {
    Sketch inode =
        Sketch.of(0100600).extended(-2, -1).owner(-1, 70000, -3).size(Long.MAX_VALUE).layout(4);
    ErofsImage image = withRoot().put(A, inode).open();
    assertInode(image.inode(A), A, 0100600, -3, -1, 70000, 0, Long.MAX_VALUE, -2, -1);
  }

  @ParameterizedTest
  @CsvSource({"CHARACTER_DEVICE, 1281", "BLOCK_DEVICE, 1281", "FIFO, 0", "SOCKET, 0"})
  void inode_specialFile_hasDeviceNumberOnlyIfDevice(FileType type, int rdev) throws Exception {
    ErofsImage image = withRoot().put(A, Sketch.of(type.bits() | 0644).data(0x501)).open();
    Inode inode = image.inode(A);
    assertThat(inode.type()).isEqualTo(type);
    assertThat(inode.rdev()).isEqualTo(rdev);
  }

  @Test
  void lookup_inlineDirectory_findsEveryNameAndNoOther() throws Exception {
    ErofsImage image =
        withRoot(
                Dirent.of("!before dot", A, FileType.REGULAR),
                Dirent.of(".-between dots", A, FileType.REGULAR),
                Dirent.of("...", A, FileType.REGULAR),
                Dirent.of("x", B, FileType.DIRECTORY))
            .put(A, Sketch.of(0100644))
            .put(B, SketchedImage.directory(B, ROOT))
            .open();
    assertThat(lookup(image, ROOT, "!before dot")).isEqualTo(A);
    assertThat(lookup(image, ROOT, ".-between dots")).isEqualTo(A);
    assertThat(lookup(image, ROOT, "...")).isEqualTo(A);
    assertThat(lookup(image, ROOT, "x")).isEqualTo(B);
    assertThat(lookup(image, ROOT, ".")).isEqualTo(ROOT);
    assertThat(lookup(image, ROOT, "..")).isEqualTo(ROOT);
    assertThat(lookup(image, B, ".")).isEqualTo(B);
    assertThat(lookup(image, B, "..")).isEqualTo(ROOT);
    for (String missing : List.of("", "!", "xx", "w", "y", "....", "x".repeat(255))) {
      assertThat(lookup(image, ROOT, missing)).isEqualTo(MetadataImage.NOT_FOUND);
    }
    assertThat(lookup(image, ROOT, "x".repeat(256))).isEqualTo(MetadataImage.NOT_FOUND);
  }

  @Test
  void lookup_severalBlocksAndTail_findsEveryName() throws Exception {
    ErofsImage image = threeBlockDirectory().open();
    List<String> names = names(image, ROOT);
    assertThat(names).hasSize(2 + 3 * 10);
    for (String name : names) {
      assertThat(lookup(image, ROOT, name)).isEqualTo(name.startsWith(".") ? ROOT : A);
      assertThat(lookup(image, ROOT, name + "x")).isEqualTo(MetadataImage.NOT_FOUND);
      assertThat(lookup(image, ROOT, "+" + name)).isEqualTo(MetadataImage.NOT_FOUND);
    }
  }

  @Test
  void list_resumedAtEveryCookie_givesTheRest() throws Exception {
    ErofsImage image = threeBlockDirectory().open();
    List<String> names = names(image, ROOT);
    List<Long> cookies = new ArrayList<>();
    image.list(
        ROOT,
        0,
        (cookie, inode, type, memory, at, length) -> {
          cookies.add(cookie);
          return true;
        });
    assertThat(cookies).doesNotHaveDuplicates().allMatch(cookie -> cookie > 0).isSorted();
    for (int i = 0; i < names.size(); i++) {
      assertThat(names(image, ROOT, cookies.get(i))).isEqualTo(names.subList(i + 1, names.size()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 512, 13, 0x3fff, 3 << 9 | 1, Long.MAX_VALUE, Long.MIN_VALUE | 1})
  void list_cookieNeverGivenOut_isEinval(long cookie) throws Exception {
    ErofsImage image = threeBlockDirectory().open();
    assertErrno(() -> image.list(ROOT, cookie, (c, i, t, m, a, l) -> true), Errno.EINVAL);
  }

  @Test
  void list_sinkThatStops_isAskedNoMore() throws Exception {
    ErofsImage image = threeBlockDirectory().open();
    List<Long> seen = new ArrayList<>();
    image.list(
        ROOT,
        0,
        (cookie, inode, type, memory, at, length) -> {
          seen.add(cookie);
          return seen.size() < 3;
        });
    assertThat(seen).hasSize(3);
  }

  @Test
  void whiteout_nativeOne_isNeitherListedNorFound() throws Exception {
    ErofsImage image =
        withRoot(
                Dirent.of("00", A, FileType.CHARACTER_DEVICE),
                Dirent.of("null", B, FileType.CHARACTER_DEVICE))
            .put(A, Sketch.of(020644))
            .put(B, Sketch.of(020666).data(0x103))
            .open();
    assertThat(names(image, ROOT)).containsExactly(".", "..", "null");
    assertThat(lookup(image, ROOT, "00")).isEqualTo(MetadataImage.NOT_FOUND);
    assertThat(lookup(image, ROOT, "null")).isEqualTo(B);
  }

  @Test
  void directoryCalls_onOtherInode_areEnotdir() throws Exception {
    ErofsImage image = withRoot().put(A, Sketch.of(0100644)).open();
    assertErrno(() -> lookup(image, A, "x"), Errno.ENOTDIR);
    assertErrno(() -> names(image, A), Errno.ENOTDIR);
  }

  @Test
  void readlink_inlineOrInBlock_isTarget() throws Exception {
    ErofsImage image =
        withRoot()
            .put(A, Sketch.of(0120777).tail("../short"))
            .put(B, Sketch.of(0120777).size(4095).data(DATA_BLOCK))
            .raw(DATA_BLOCK * 4096, "t".repeat(4095).getBytes(StandardCharsets.US_ASCII))
            .open();
    assertThat(image.readlink(A)).isEqualTo(ByteString.utf8("../short"));
    assertThat(image.readlink(B)).isEqualTo(ByteString.utf8("t".repeat(4095)));
    assertErrno(() -> image.readlink(ROOT), Errno.EINVAL);
  }

  @Test
  void content_emptyFile_isInlineAndEmpty() throws Exception {
    Content content = withRoot().put(A, Sketch.of(0100644)).open().content(A);
    assertThat(inline(content)).isEmpty();
  }

  @Test
  void content_tail_isInline() throws Exception {
    Content content = withRoot().put(A, Sketch.of(0100644).tail("hello\n")).open().content(A);
    assertThat(inline(content)).asString().isEqualTo("hello\n");
    assertThat(((Content.Inline) content).bytes().isReadOnly()).isTrue();
  }

  @Test
  void content_block_isInline() throws Exception {
    Content content =
        withRoot()
            .put(A, Sketch.of(0100644).size(3000).data(DATA_BLOCK))
            .raw(DATA_BLOCK * 4096, new byte[] {7, 8, 9})
            .open()
            .content(A);
    assertThat(inline(content)).hasSize(3000).startsWith(7, 8, 9, 0);
  }

  @Test
  void content_blockAndTail_areJoined() throws Exception {
    Content content =
        withRoot()
            .put(A, Sketch.of(0100644).tail("the end").size(4096 + 7).data(DATA_BLOCK))
            .raw(DATA_BLOCK * 4096, new byte[] {7, 8, 9})
            .open()
            .content(A);
    assertThat(inline(content)).hasSize(4103).startsWith(7, 8, 9, 0);
    assertThat(new String(inline(content), 4096, 7, StandardCharsets.US_ASCII))
        .isEqualTo("the end");
    assertThat(((Content.Inline) content).bytes().isReadOnly()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"32, 1", "64, 2"})
  void content_metacopyAndRedirect_isBacked(int digestSize, int algorithm) throws Exception {
    byte[] digest = new byte[digestSize];
    Arrays.fill(digest, (byte) 0x5a);
    byte[] metacopy = {0, (byte) (4 + digestSize), 0, (byte) algorithm};
    byte[] area =
        xattrs(
            xattrEntry(4, "overlay.metacopy", SketchedImage.concat(metacopy, digest)),
            xattrEntry(4, "overlay.redirect", ascii("//5a/5a")));
    Content content =
        withRoot()
            .put(A, Sketch.of(0100644).layout(4).size(100_000).data(5).xattrs(area))
            .open()
            .content(A);
    assertThat(content)
        .isEqualTo(
            new Content.Backed(
                ByteString.utf8("5a/5a"), 100_000, Digest.parse("5a".repeat(digestSize))));
  }

  @Test
  void content_chunkBasedWithoutOverlayXattrs_isBackedByNothing() throws Exception {
    Content content = withRoot().put(A, Sketch.of(0100644).layout(4).size(1)).open().content(A);
    assertThat(content).isEqualTo(new Content.Backed(null, 1, null));
  }

  @Test
  void content_emptyMetacopyAndSlashAsRedirect_isBackedByNothing() throws Exception {
    byte[] area =
        xattrs(xattrEntry(4, "overlay.metacopy"), xattrEntry(4, "overlay.redirect", ascii("/")));
    Content content =
        withRoot().put(A, Sketch.of(0100644).layout(4).size(1).xattrs(area)).open().content(A);
    assertThat(content).isEqualTo(new Content.Backed(null, 1, null));
  }

  @Test
  void content_noRegularFile_isEisdirOrEinval() throws Exception {
    ErofsImage image = withRoot().put(A, Sketch.of(0120777).tail("t")).open();
    assertErrno(() -> image.content(ROOT), Errno.EISDIR);
    assertErrno(() -> image.content(A), Errno.EINVAL);
  }

  @Test
  void xattrs_ownAndShared_areShownAsAMountShowsThem() throws Exception {
    ErofsImage image = labelledFile().open();
    assertThat(shown(image, A))
        .containsExactly(
            Map.entry("user.own", "1"),
            Map.entry("trusted.overlay.opaque", "y"),
            Map.entry("trusted.overlay.overlay.deep", "z"),
            Map.entry("trusted.overlaid", "t"),
            Map.entry("lustre.split", "a"),
            Map.entry("lustre.whole", "b"),
            Map.entry("other", "o"),
            Map.entry("security.selinux", "label"));
  }

  @Test
  void xattr_everyShownKey_hasItsValue() throws Exception {
    ErofsImage image = labelledFile().open();
    for (Map.Entry<String, String> entry : shown(image, A).entrySet()) {
      assertThat(xattr(image, A, entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.ow",
        "user.own2",
        "user.",
        "",
        "security.capability",
        "trusted.overlay.metacopy",
        "trusted.overlay.overlay.opaque",
        "trusted.overlay.",
        "lustre.none",
        "othe"
      })
  void xattr_keyThatIsNotShown_isNotFound(String key) throws Exception {
    assertThat(xattr(labelledFile().open(), A, key)).isNull();
  }

  @Test
  void xattr_noRoom_tellsLengthAndCopiesNothing() throws Exception {
    ErofsImage image = labelledFile().open();
    ByteString key = ByteString.utf8("security.selinux");
    MemorySegment into = MemorySegment.ofArray(new byte[8]);
    assertThat(image.xattr(A, key.asSegment(), 0, key.length(), into, 0, 4)).isEqualTo(5);
    assertThat(into.toArray(JAVA_BYTE)).containsOnly(0);
    assertThat(image.xattr(A, key.asSegment(), 0, key.length(), into, 3, 5)).isEqualTo(5);
    assertThat(into.toArray(JAVA_BYTE)).asString().isEqualTo("\0\0\0label");
  }

  @Test
  void xattr_filterThatExcludesKey_isNotSearchedUnlessFiltersAreOff() throws Exception {
    SketchedImage sketch = labelledFile().u32(SketchedImage.at(A) + 32, -1);
    assertThat(xattr(sketch.open(), A, "user.own")).isNull();
    sketch.u8(1024 + 104, 1);
    assertThat(xattr(sketch.open(), A, "user.own")).isEqualTo("1");
    sketch.u8(1024 + 104, 0).u32(1024 + 8, 2);
    assertThat(xattr(sketch.open(), A, "user.own")).isEqualTo("1");
  }

  @Test
  void xattr_lastEntryOfFourBytes_isFound() throws Exception {
    ErofsImage image =
        withRoot().put(A, Sketch.of(0100644).xattrs(xattrs(xattrEntry(1, "")))).open();
    assertThat(shown(image, A)).containsExactly(Map.entry("user.", ""));
    assertThat(xattr(image, A, "user.")).isEmpty();
  }

  @Test
  void toTree_inodeWithoutXattrsAtTheVeryEnd_isRead() throws Exception {
    int last = SketchedImage.BLOCKS * 128 - 1;
    Tree tree =
        withRoot(Dirent.of("a", last, FileType.REGULAR))
            .put(last, Sketch.of(0100600))
            .open()
            .toTree();
    assertThat(tree.root().node(0)).isInstanceOf(EmptyFile.class);
    assertThat(tree.root().node(0).mode()).isEqualTo(0100600);
  }

  @Test
  void hasXattrs_onlyOverlayKeys_isFalse() throws Exception {
    byte[] opaque = xattrs(xattrEntry(4, "overlay.opaque", ascii("y")));
    ErofsImage image =
        new SketchedImage().put(ROOT, SketchedImage.directory(ROOT, ROOT).xattrs(opaque)).open();
    assertThat(image.hasXattrs()).isFalse();
    assertThat(image.hasAcls()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, k, 2, true, false", "2, '', 2, true, true", "3, '', 2, true, true"})
  void hasXattrs_keyOfDeepInode_isTrue(
      int prefix, String suffix, int version, boolean xattrs, boolean acls) throws Exception {
    ErofsImage image =
        withRoot(Dirent.of("d", A, FileType.DIRECTORY), Dirent.of("e", A + 16, FileType.DIRECTORY))
            .u32(12, version)
            .put(A, SketchedImage.directory(A, ROOT, Dirent.of("f", B, FileType.REGULAR)))
            .put(A + 16, SketchedImage.directory(A + 16, ROOT))
            .put(B, Sketch.of(0100644).xattrs(xattrs(xattrEntry(prefix, suffix))))
            .open();
    assertThat(image.hasXattrs()).isEqualTo(xattrs);
    assertThat(image.hasAcls()).isEqualTo(acls);
  }

  @Test
  void hasAcls_formatVersionsBelowTwo_isTheHeadersFlag() throws Exception {
    assertThat(withRoot().u32(12, 1).u32(8, 1).open().hasAcls()).isTrue();
    assertThat(withRoot().u32(12, 1).u32(8, 2).open().hasAcls()).isFalse();
  }

  @Test
  void hasXattrs_directoryLoop_countsAsTrue() throws Exception {
    ErofsImage image = withRoot(Dirent.of("loop", ROOT, FileType.DIRECTORY)).open();
    assertThat(image.hasXattrs()).isTrue();
  }

  @Test
  void hasXattrs_manyNamesOfInodeWithManyHiddenKeys_countsAsTrue() throws Exception {
    byte[][] hidden = new byte[2000][];
    Arrays.setAll(hidden, i -> xattrEntry(4, "overlay.%d".formatted(i)));
    Dirent[] names = new Dirent[50];
    Arrays.setAll(names, i -> Dirent.of("%02d".formatted(i), A, FileType.REGULAR));
    ErofsImage image = withRoot(names).put(A, Sketch.of(0100644).xattrs(xattrs(hidden))).open();
    assertThat(image.hasXattrs()).isTrue();
  }

  /** 30 names in two whole blocks and a tail, sorted. */
  private static SketchedImage threeBlockDirectory() {
    Dirent[] first = tenNames("a", 252).toArray(Dirent[]::new);
    Dirent[] dots = {
      Dirent.of(".", ROOT, FileType.DIRECTORY), Dirent.of("..", ROOT, FileType.DIRECTORY)
    };
    byte[] tail = block(tenNames("c", 20).toArray(Dirent[]::new));
    return new SketchedImage()
        .put(A, Sketch.of(0100644))
        .put(ROOT, Sketch.of(040755).tail(tail).size(8192 + tail.length).data(DATA_BLOCK))
        .raw(
            DATA_BLOCK * 4096,
            block(Stream.of(dots, first).flatMap(Stream::of).toArray(Dirent[]::new)))
        .raw((DATA_BLOCK + 1) * 4096, block(tenNames("b", 252).toArray(Dirent[]::new)));
  }

  private static Stream<Dirent> tenNames(String prefix, int fill) {
    return IntStream.range(0, 10)
        .mapToObj(
            i -> Dirent.of("%s%02d%s".formatted(prefix, i, "n".repeat(fill)), A, FileType.REGULAR));
  }

  private static SketchedImage labelledFile() {
    byte[] area =
        xattrs(
            new int[] {2},
            xattrEntry(1, "own", ascii("1")),
            xattrEntry(4, "overlay.metacopy"),
            xattrEntry(4, "overlay.overlay.opaque", ascii("y")),
            xattrEntry(4, "overlay.overlay.overlay.deep", ascii("z")),
            xattrEntry(4, "overlaid", ascii("t")),
            xattrEntry(5, "split", ascii("a")),
            xattrEntry(0, "lustre.whole", ascii("b")),
            xattrEntry(0, "other", ascii("o")));
    return withRoot(Dirent.of("a", A, FileType.REGULAR))
        .put(A, Sketch.of(0100644).xattrs(area))
        .raw(XATTR_BLOCK * 4096 + 8, xattrEntry(6, "selinux", ascii("label")));
  }

  private static void assertInode(
      Inode found,
      long id,
      int mode,
      int nlink,
      int uid,
      int gid,
      int rdev,
      long size,
      long mtime,
      int nanos) {
    assertThat(found.id()).isEqualTo(id);
    assertThat(found.mode()).isEqualTo(mode);
    assertThat(found.nlink()).isEqualTo(nlink);
    assertThat(found.uid()).isEqualTo(uid);
    assertThat(found.gid()).isEqualTo(gid);
    assertThat(found.rdev()).isEqualTo(rdev);
    assertThat(found.size()).isEqualTo(size);
    assertThat(found.mtimeSeconds()).isEqualTo(mtime);
    assertThat(found.mtimeNanos()).isEqualTo(nanos);
  }

  private static void assertErrno(ThrowingCallable call, Errno errno) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private static long lookup(MetadataImage image, long directory, String name) throws FsException {
    return image.lookup(directory, ByteString.utf8(name));
  }

  private static List<String> names(MetadataImage image, long directory) throws FsException {
    return names(image, directory, 0);
  }

  private static List<String> names(MetadataImage image, long directory, long cookie)
      throws FsException {
    List<String> names = new ArrayList<>();
    image.list(
        directory,
        cookie,
        (next, inode, type, memory, at, length) -> {
          names.add(ByteString.copyOf(memory, at, length).toString());
          return true;
        });
    return names;
  }

  private static byte[] inline(Content content) {
    return ((Content.Inline) content).bytes().toArray(JAVA_BYTE);
  }

  private static Map<String, String> shown(MetadataImage image, long id) throws FsException {
    Map<String, String> shown = new LinkedHashMap<>();
    image.xattrs(
        id,
        (key, value) ->
            shown.put(
                key.toString(), new String(value.toArray(JAVA_BYTE), StandardCharsets.US_ASCII)));
    return shown;
  }

  private static @Nullable String xattr(MetadataImage image, long id, String key)
      throws FsException {
    ByteString name = ByteString.utf8(key);
    byte[] into = new byte[64];
    int length =
        image.xattr(
            id, name.asSegment(), 0, name.length(), MemorySegment.ofArray(into), 0, into.length);
    return length == MetadataImage.NOT_FOUND
        ? null
        : new String(into, 0, length, StandardCharsets.US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
