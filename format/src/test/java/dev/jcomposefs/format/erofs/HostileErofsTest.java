package dev.jcomposefs.format.erofs;

import static dev.jcomposefs.format.erofs.SketchedImage.BLOCKS;
import static dev.jcomposefs.format.erofs.SketchedImage.DATA_BLOCK;
import static dev.jcomposefs.format.erofs.SketchedImage.ROOT;
import static dev.jcomposefs.format.erofs.SketchedImage.XATTR_BLOCK;
import static dev.jcomposefs.format.erofs.SketchedImage.at;
import static dev.jcomposefs.format.erofs.SketchedImage.block;
import static dev.jcomposefs.format.erofs.SketchedImage.concat;
import static dev.jcomposefs.format.erofs.SketchedImage.directory;
import static dev.jcomposefs.format.erofs.SketchedImage.nid;
import static dev.jcomposefs.format.erofs.SketchedImage.withRoot;
import static dev.jcomposefs.format.erofs.SketchedImage.xattrEntry;
import static dev.jcomposefs.format.erofs.SketchedImage.xattrs;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.erofs.SketchedImage.Dirent;
import dev.jcomposefs.format.erofs.SketchedImage.Sketch;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that break one rule each, read by the call that must notice. */
class HostileErofsTest {
  private static final int SUPERBLOCK = 1024;
  private static final int A = nid(1);
  private static final int B = nid(2);

  interface Read {
    void of(ErofsImage image) throws FsException;
  }

  record Case(SketchedImage image, Read read, String reason) {
    @Override
    public String toString() {
      return reason;
    }
  }

  private static final Read OPEN = image -> {};
  private static final Read INODE = image -> image.inode(A);
  private static final Read LIST = image -> image.list(ROOT, 0, (c, i, t, m, a, l) -> true);
  private static final Read LOOKUP = image -> image.lookup(ROOT, ByteString.utf8("a"));
  private static final Read LINK = image -> image.readlink(A);
  private static final Read CONTENT = image -> image.content(A);
  private static final Read XATTRS = image -> image.xattrs(A, (key, value) -> {});
  private static final Read XATTR =
      image -> {
        ByteString key = ByteString.utf8("user.none");
        image.xattr(A, key.asSegment(), 0, key.length(), MemorySegment.NULL, 0, 0);
      };
  private static final Read TREE = ErofsImage::toTree;

  private static Case of(SketchedImage image, Read read, String reason) {
    return new Case(image, read, reason);
  }

  private static Case root(Sketch root, Read read, String reason) {
    return of(new SketchedImage().put(ROOT, root), read, reason);
  }

  private static Case inode(Sketch inode, Read read, String reason) {
    return of(withRoot(entry("a", A)).put(A, inode), read, reason);
  }

  private static Dirent entry(String name, long nid) {
    return Dirent.of(name, nid, FileType.REGULAR);
  }

  private static Sketch file() {
    return Sketch.of(0100644);
  }

  static List<Case> superblocks() {
    return List.of(
        of(
            withRoot().u32(0, 7).u32(SUPERBLOCK, 0),
            OPEN,
            "offset 0: composefs magic is 0x00000007"),
        of(withRoot().u32(SUPERBLOCK, 7), OPEN, "offset 1024: superblock magic is 0x00000007"),
        of(withRoot().u64(SUPERBLOCK + 16, 0), OPEN, "inode count is 0"),
        of(withRoot().u64(SUPERBLOCK + 16, -1), OPEN, "inode count is 18446744073709551615"),
        of(withRoot().u32(SUPERBLOCK + 36, BLOCKS + 1), OPEN, "block count is 25"),
        of(withRoot().u32(SUPERBLOCK + 44, -1), OPEN, "shared xattrs start in block 4294967295"),
        of(withRoot().u8(SUPERBLOCK + 8, 7), OPEN, "superblock checksum is 0x00000000"),
        of(withRoot().u16(SUPERBLOCK + 14, 35), OPEN, "inode 35 lies outside the image"),
        of(withRoot().u16(SUPERBLOCK + 14, 0xffff), OPEN, "inode 65535 lies outside the image"),
        root(file(), OPEN, "root has mode 100644, expected a directory"),
        root(Sketch.of(040755), OPEN, "size is 0 with mode 040755"));
  }

  static List<Case> inodes() {
    return List.of(
        inode(file(), image -> image.inode(0), "inode 0 lies outside"),
        inode(file(), image -> image.inode(-1), "inode 18446744073709551615 lies outside"),
        inode(file(), image -> image.inode(BLOCKS * 128), "inode 3072 lies outside"),
        inode(file(), image -> image.inode(1L << 59), "inode 576460752303423488 lies outside"),
        inode(
            Sketch.of(0100644).extended(0, 0),
            image -> image.inode(BLOCKS * 128 - 1),
            "mode is 000000"),
        inode(file().layout(1), INODE, "inode format is 0x0002"),
        inode(file().layout(3), INODE, "inode format is 0x0006"),
        inode(file().layout(5), INODE, "inode format is 0x000a"),
        inode(file().layout(8), INODE, "inode format is 0x0010"),
        inode(Sketch.of(0), INODE, "mode is 000000"),
        inode(Sketch.of(0170000), INODE, "mode is 170000"),
        inode(Sketch.of(020644).layout(4), INODE, "chunk-based inode has mode 020644"),
        inode(file().extended(0, 0).layout(4).size(-1), INODE, "size is 18446744073709551615"),
        inode(file().size(5001), INODE, "size is 5001"),
        inode(Sketch.of(0120777), INODE, "size is 0"),
        inode(Sketch.of(0120777).size(4096), INODE, "size is 4096"),
        inode(Sketch.of(040755).size(26), INODE, "size is 26"),
        inode(Sketch.of(040755).size(BLOCKS * 4096 + 1), INODE, "size is 98305"));
  }

  static List<Case> data() {
    byte[] longXattr = xattrs(xattrEntry(1, "k", new byte[1850]));
    return List.of(
        inode(Sketch.of(0120777).size(9).data(BLOCKS), LINK, "bytes lie outside"),
        inode(Sketch.of(0120777).size(9).data(-1), LINK, "bytes lie outside"),
        inode(Sketch.of(0120777).tail("a\0b"), LINK, "link target is 'a\\x00b'"),
        inode(Sketch.of(0120777).tail("a-longer-target\0"), LINK, "link target is"),
        inode(Sketch.of(0120777).xattrs(longXattr).tail("t".repeat(100)), LINK, "inline tail of"),
        inode(file().size(9).data(-1), CONTENT, "9 bytes lie outside"),
        inode(file().size(4999).data(BLOCKS - 1), CONTENT, "4999 bytes lie outside"),
        inode(file().layout(4).size(9).data(0x20), CONTENT, "chunk format is 0x0020"),
        inode(
            file().xattrs(xattrs(xattrEntry(4, "overlay.metacopy"))).tail("both"),
            CONTENT,
            "expected content in one place"),
        backed("overlay.metacopy", 0, "metacopy is 1 bytes with '\\x00' in front"),
        backed("overlay.metacopy", "\0\44\0\2".repeat(9), "metacopy is 36 bytes"),
        backed("overlay.metacopy", "\1\44\0\1".repeat(9), "metacopy is 36 bytes"),
        backed("overlay.metacopy", "\0\44\1\1".repeat(9), "metacopy is 36 bytes"),
        backed("overlay.metacopy", "\0\43\0\1".repeat(9), "metacopy is 36 bytes"),
        backed("overlay.redirect", "/..", "backing path is '..'"),
        backed("overlay.redirect", "/ab/../c", "backing path is 'ab/../c'"),
        backed("overlay.redirect", "/ab/..", "backing path is 'ab/..'"),
        backed("overlay.redirect", "a\0b", "backing path is 'a\\x00b'"));
  }

  private static Case backed(String suffix, int value, String reason) {
    return backed(suffix, "%c".formatted(value), reason);
  }

  private static Case backed(String suffix, String value, String reason) {
    byte[] area = xattrs(xattrEntry(4, suffix, ByteString.utf8(value).toByteArray()));
    return inode(file().layout(4).size(9).xattrs(area), CONTENT, reason);
  }

  static List<Case> xattrAreas() {
    byte[] user = xattrEntry(1, "key", (byte) 'v');
    return List.of(
        inode(file().xattrs(xattrs(new int[] {0})), XATTRS, "xattr key is ''"),
        inode(file().xattrs(xattrs(xattrEntry(0, ""))), XATTRS, "xattr key is ''"),
        inode(file().xattrs(xattrs(xattrEntry(1, "a\0"))), XATTRS, "xattr key is 'user.a\\x00'"),
        inode(file().xattrs(xattrs(xattrEntry(1, "a".repeat(251)))), XATTRS, "xattr key is 'user"),
        inode(file().xattrs(xattrs(xattrEntry(7, "a"))), XATTRS, "xattr prefix is 7"),
        inode(file().xattrs(xattrs(xattrEntry(0x81, "a"))), XATTRS, "xattr prefix is 129"),
        inode(file().xattrs(xattrs(xattrEntry(7, "a"))), XATTR, "xattr prefix is 7"),
        inode(file().xattrs(xattrs(xattrEntry(0, "user.a"))), XATTRS, "prefix 0, expected 1"),
        inode(file().xattrs(new byte[12 + 4]), XATTRS, "xattr key is ''"),
        of(
            withRoot().put(A, file().xattrs(xattrs(user))).u8(at(A) + 32 + 4, 3),
            XATTRS,
            "xattr area of 20 bytes has 3 shared ids"),
        of(
            withRoot().put(A, file().xattrs(xattrs(user))).u16(at(A) + 32 + 14, 2),
            XATTRS,
            "xattr entry has 3 bytes of name and 2 of value, expected at most 4"),
        of(
            withRoot().put(A, file().xattrs(xattrs(user))).u16(at(A) + 2, 0xffff),
            XATTRS,
            "bytes lie outside the image"),
        inode(file().xattrs(xattrs(new int[] {-1})), XATTRS, "bytes lie outside the image"),
        of(
            withRoot()
                .put(A, file().xattrs(xattrs(new int[] {(BLOCKS - XATTR_BLOCK) * 1024 - 1})))
                .u8(BLOCKS * 4096 - 4, 1),
            XATTR,
            "xattr entry has 1 bytes of name"));
  }

  static List<Case> directories() {
    Dirent dot = Dirent.of(".", ROOT, FileType.DIRECTORY);
    Dirent dots = Dirent.of("..", ROOT, FileType.DIRECTORY);
    byte[] tail = block(dot, dots, entry("a", A));
    return List.of(
        of(withRoot(entry("a/b", A)), LIST, "entry name is 'a/b'"),
        of(withRoot(entry("a-longer/name", A)), LIST, "entry name is 'a-longer/name'"),
        of(withRoot(entry("a\0b", A), entry("c", A)), LIST, "entry name is 'a\\x00b'"),
        raw(block(dot, dots, entry("b", A), entry("a", A)), LIST, "entry 'a' follows 'b'"),
        raw(block(dot, dots, entry("a", A), entry("a", A)), LIST, "entry 'a' follows 'a'"),
        raw(block(dot, dots, entry("", A)), LIST, "name is at 39 to 39"),
        raw(block(dot, dots, entry("a", A), entry("b".repeat(256), A)), LIST, "expected 1 to 255"),
        of(withRoot(new Dirent(ByteString.utf8("a"), A, 8)), LIST, "entry type is 8"),
        of(withRoot(new Dirent(ByteString.utf8("a"), A, 0)), LIST, "entry type is 0"),
        of(
            withRoot(Dirent.of("a", A, FileType.FIFO)).put(A, file()),
            LOOKUP,
            "inode is a REGULAR, expected FIFO"),
        of(withRoot(entry("a", 1L << 60)), LOOKUP, "inode 1152921504606846976 lies outside"),
        of(
            withRoot(Dirent.of("a", -1, FileType.CHARACTER_DEVICE)),
            LIST,
            "inode 18446744073709551615 lies outside"),
        raw(
            block(Dirent.of(".", A, FileType.DIRECTORY), dots, entry("a", A)),
            LIST,
            "entry '.' is inode 68, expected 36"),
        patched(tail, 8, 0, LIST, "first name is at 0"),
        patched(tail, 8, 13, LIST, "first name is at 13"),
        patched(tail, 8, 0xfffc, LOOKUP, "first name is at 65532"),
        patched(tail, 12 + 8, 12, LIST, "name is at"),
        patched(tail, 12 + 8, 0xffff, LIST, "name is at"),
        patched(tail, 24 + 8, 0xffff, LOOKUP, "name is at"),
        root(Sketch.of(040755).layout(2).size(4096).data(DATA_BLOCK), LIST, "empty tail"),
        root(Sketch.of(040755).size(4096).data(-1), LIST, "2 bytes lie outside"),
        root(Sketch.of(040755).size(8192).data(BLOCKS - 1), LOOKUP, "2 bytes lie outside"));
  }

  private static Case raw(byte[] tail, Read read, String reason) {
    return root(Sketch.of(040755).tail(tail), read, reason);
  }

  private static Case patched(byte[] tail, int at, int value, Read read, String reason) {
    byte[] patched = tail.clone();
    patched[at] = (byte) value;
    patched[at + 1] = (byte) (value >> 8);
    return raw(patched, read, reason);
  }

  static List<Case> trees() {
    Dirent dot = Dirent.of(".", ROOT, FileType.DIRECTORY);
    Dirent dots = Dirent.of("..", ROOT, FileType.DIRECTORY);
    byte[] twoOwn = xattrs(xattrEntry(1, "k"), xattrEntry(1, "k"));
    byte[] twoHidden = xattrs(xattrEntry(4, "overlay.x"), xattrEntry(4, "overlay.x"));
    byte[] ownAndShared = xattrs(new int[] {0}, xattrEntry(1, "k"));
    byte[] hiddenAndShared = xattrs(new int[] {0}, xattrEntry(4, "overlay.x"));
    byte[] twoShared = xattrs(new int[] {0, 2});
    byte[] sharedUser = concat(xattrEntry(1, "k"), xattrEntry(1, "k"));
    byte[] sharedHidden = xattrEntry(4, "overlay.x");
    int shared = XATTR_BLOCK * 4096;
    return List.of(
        raw(block(dot, entry("aa", A)), TREE, "'..' as -1"),
        raw(block(dots, entry("a", A)), TREE, "'.' as -1"),
        raw(
            block(dot, Dirent.of("..", A, FileType.DIRECTORY), entry("a", A)),
            TREE,
            "'..' as 68, expected 36 and 36"),
        of(
            withRoot(Dirent.of("a", A, FileType.DIRECTORY)).put(A, directory(A, A)),
            TREE,
            "'..' as 68, expected 68 and 36"),
        of(
            withRoot(Dirent.of("loop", ROOT, FileType.DIRECTORY)),
            TREE,
            "directory 36 is reached a second time as 'loop'"),
        of(
            withRoot(Dirent.of("a", A, FileType.DIRECTORY), Dirent.of("b", A, FileType.DIRECTORY))
                .put(A, directory(A, ROOT)),
            TREE,
            "directory 68 is reached a second time as 'b'"),
        of(
            withRoot(entry("a", A), Dirent.of("b", A, FileType.FIFO)).put(A, file()),
            TREE,
            "inode is a REGULAR, expected FIFO"),
        of(
            new SketchedImage()
                .put(ROOT, Sketch.of(040755).size(8192).data(DATA_BLOCK))
                .raw(DATA_BLOCK * 4096, block(dot, dots, entry("b", A)))
                .raw((DATA_BLOCK + 1) * 4096, block(entry("a", A))),
            TREE,
            "entry 'a' follows 'b'"),
        inode(file().xattrs(twoOwn), TREE, "xattr 'user.k' is there twice"),
        inode(file().xattrs(twoHidden), TREE, "xattr 'trusted.overlay.x' is there twice"),
        of(
            withRoot(entry("a", A)).put(A, file().xattrs(ownAndShared)).raw(shared, sharedUser),
            TREE,
            "xattr 'user.k' is there twice"),
        of(
            withRoot(entry("a", A))
                .put(A, file().xattrs(hiddenAndShared))
                .raw(shared, sharedHidden),
            TREE,
            "xattr 'trusted.overlay.x' is there twice"),
        of(
            withRoot(entry("a", A)).put(A, file().xattrs(twoShared)).raw(shared, sharedUser),
            TREE,
            "xattr 'user.k' is there twice"),
        of(overlapping(), TREE, "parts of the image take more than its 98304 bytes"));
  }

  /** Two inodes, the second one within a large xattr value of the first. */
  private static SketchedImage overlapping() {
    Sketch large = file().xattrs(xattrs(xattrEntry(1, "k", new byte[60_000])));
    return withRoot(entry("a", A), entry("b", B)).put(A, large).put(B, large);
  }

  @ParameterizedTest
  @MethodSource({"superblocks", "inodes", "data", "xattrAreas", "directories", "trees"})
  void read_brokenRule_isCorruptWithReason(Case hostile) {
    assertThatThrownBy(() -> hostile.read().of(hostile.image().open()))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageStartingWith("sketch: offset ")
        .hasMessageContaining(hostile.reason());
  }

  static List<Case> features() {
    return List.of(
        of(withRoot().u32(0, 0), OPEN, "plain EROFS image"),
        of(withRoot().u32(4, 2), OPEN, "composefs header version is 2, supported is 1"),
        of(withRoot().u32(12, 3), OPEN, "composefs format version is 3"),
        of(withRoot().u32(12, -1), OPEN, "composefs format version is 4294967295"),
        feature(80, 0x1, "incompatible EROFS feature 0x1, LZ4 zero padding (Linux 5.3),"),
        feature(81, 0x1, "feature 0x100, metadata in an inode (Linux 6.17),"),
        feature(83, 0x40, "incompatible EROFS feature 0x40000000 is set"),
        feature(8, 0x16, "compatible EROFS feature 0x10 is set, supported are 0x7"),
        feature(12, 9, "log2 of the block size: found 9, supported is 12"),
        feature(13, 1, "superblock extension slots: found 1"),
        feature(40, 1, "first metadata block: found 1"),
        feature(84, 1, "compression algorithms: found 1"),
        feature(86, 1, "extra devices: found 1"),
        feature(90, 1, "log2 of the blocks of a directory block: found 1"),
        feature(91, 1, "long xattr prefixes: found 1"),
        feature(96, 36, "packed inode: found 36"));
  }

  /** Sets a byte of the superblock, which also does for the low byte of a wider field. */
  private static Case feature(int at, int value, String reason) {
    return of(withRoot().u8(SUPERBLOCK + at, value), OPEN, reason);
  }

  @ParameterizedTest
  @MethodSource("features")
  void open_featureOfOtherImages_isUnsupportedAndNamed(Case unsupported) {
    assertThatThrownBy(() -> unsupported.image().open())
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining(unsupported.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 31, 1024, 4095})
  void open_shortFile_isCorrupt(int size) {
    MemorySegment cut = withRoot().segment().asSlice(0, size);
    assertThatThrownBy(() -> ErofsImage.open(cut, "short"))
        .isInstanceOf(CorruptImageException.class);
  }

  @Test
  void open_chunkedFileFeature_isAccepted() throws Exception {
    withRoot().u32(SUPERBLOCK + 80, 4).open();
  }
}
