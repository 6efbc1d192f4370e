package dev.jcomposefs.format.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every image is {@code 16-base} after one edit: the directory {@code dir} with {@code aa}, {@code
 * bb}, {@code cc} and {@code dd}, the files {@code x} and {@code y}. Inodes 1 to 8 are the root,
 * dir, x, y, aa, bb, cc, dd.
 */
class BadImageTest {
  private static final long DIR = 2;
  private static final long X = 3;
  private static final long Y = 4;
  private static final long CC = 7;

  @Test
  void open_otherVersion_isUnsupported() {
    assertThatThrownBy(() -> open("m02-version"))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessage("m02-version: descriptor version is 2, expected 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          m01-magic | 4 | superblock magic is 0xc078629b, expected 0xc078629a
          m03-cut-224 | 8 | variable data starts at 896, expected a multiple of 4 from 224 to 224
          m04-cut-100 | 8 | variable data starts at 896, expected a multiple of 4 from 224 to 100
          m05-vdata-past-end | 8 | variable data starts at 1144, expected a multiple of 4 from 224 to 1140
          m06-vdata-misaligned | 8 | variable data starts at 898, expected a multiple of 4 from 224 to 1140
          m07-vdata-128 | 8 | variable data starts at 128, expected a multiple of 4 from 224 to 1140
          m08-no-inodes | 8 | variable data starts at 132, expected a multiple of 4 from 224 to 1140
          m31-root-not-dir | 128 | root has mode 100644, expected a directory
          """)
  void open_damagedHead_saysWhereAndWhat(String name, long offset, String reason) {
    assertCorrupt(() -> open(name), name, offset, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          m09-dirents-outside | 276 | reference is to 60 bytes at 100000 of the variable data, expected them within 244
          m10-dirents-zero | 944 | directory of 60 bytes has 0 entries, expected 1 to 4
          m11-dirents-too-many | 944 | directory of 60 bytes has 6 entries, expected 1 to 4
          m12-name-outside | 972 | entry name has 2 bytes at 100, expected at least 1 within 8
          m13-name-slash | 1000 | entry name is 'c/', expected the name of a file
          m14-name-dotdot | 1000 | entry name is '..', expected the name of a file
          m15-name-empty | 944 | directory has 60 bytes, expected 58 for its entries and names
          m16-inode-range | 128 | inode 9 is not in the table, expected 1 to 8
          m17-symlink-empty | 756 | path of inode with mode 120777 and size 2 has 0 bytes, expected 1 to 4095
          m18-symlink-nul | 1106 | path is '\\x00a', expected no NUL
          m19-reg-nopayload | 468 | path of inode with mode 100644 and size 5 has 0 bytes, expected 1 to 4095
          m20-empty-payload | 468 | path of inode with mode 100644 and size 0 has 5 bytes, expected none
          m21-payload-outside | 468 | reference is to 5 bytes at 1099511627776 of the variable data, expected them within 244
          m22-payload-wrap | 468 | reference is to 5 bytes at 18446744073709551608 of the variable data, expected them within 244
          m23-payload-long | 468 | path of inode with mode 100644 and size 5 has 4097 bytes, expected 1 to 4095
          m24-digest-len | 396 | digest has 31 bytes, expected none or 32
          m25-digest-outside | 396 | reference is to 32 bytes at 213 of the variable data, expected them within 244
          m26-xattr-len1 | 384 | xattrs have 1 bytes, expected none or at least 7
          m27-xattr-zero | 1108 | chunk of 32 bytes has 0 xattrs, expected 1 to 7
          m28-xattr-many | 1108 | chunk of 32 bytes has 8 xattrs, expected 1 to 7
          m29-xattr-overrun | 1114 | xattr has a key of 7 and a value of 7 bytes, expected 1 to 255, together at most 13
          m30-xattr-keylen | 1110 | xattr has a key of 256 and a value of 2 bytes, expected 1 to 255, together at most 422
          m32-unsorted | 960 | entry 'bb' follows 'dd', expected names to ascend
          m33-duplicate | 960 | entry 'aa' follows 'aa', expected names to ascend
          m34-dir-loop | 972 | entry 'cc' leads to directory 1 again, expected only one to do so
          m35-dtype | 969 | entry type is DIRECTORY, expected REGULAR as the inode has
          m36-size-negative | 436 | size is 9223372036854775808, expected at most 9223372036854775807
          m37-mode-type | 416 | mode is 000644, expected one of the seven file types
          m38-nsec | 452 | nanoseconds are 1000000000, expected at most 999999999
          m40-payload-nul | 1101 | path is 'pl\\x00in', expected no NUL
          m41-dirents-len3 | 944 | directory has 3 bytes, expected none or at least 17
          """)
  void toTree_anyDamage_saysWhereAndWhat(String name, long offset, String reason) throws Exception {
    DescriptorImage image = open(name);

    assertCorrupt(image::toTree, name, offset, reason);
  }

  @Test
  void toTree_reservedBytesThatAreNotZero_ignoresThem() throws Exception {
    assertThat(open("m39-unused").toTree().nodeCount()).isEqualTo(8);
    assertThat(open("m39-unused").inode(Y).size()).isEqualTo(5);
  }

  /** The damage is in one directory, inode or chunk; what a mount does not need of it, works. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "m09-dirents-outside",
        "m10-dirents-zero",
        "m11-dirents-too-many",
        "m12-name-outside",
        "m16-inode-range",
        "m17-symlink-empty",
        "m18-symlink-nul",
        "m35-dtype",
        "m41-dirents-len3",
      })
  void view_damageBelowADirectory_leavesTheOthersAlone(String name) throws Exception {
    DescriptorImage image = open(name);

    assertThat(list(image, 1)).containsExactly(".:1", "..:1", "dir:2", "x:3", "y:4");
    assertThat(image.inode(DIR).mode()).isEqualTo(040755);
    assertThat(image.lookup(1, ByteString.utf8("y"))).isEqualTo(Y);
    assertThat(image.content(X)).isEqualTo(open("m39-unused").content(X));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m09-dirents-outside",
        "m10-dirents-zero",
        "m11-dirents-too-many",
        "m41-dirents-len3"
      })
  void view_damagedChunk_failsListingAndLookup(String name) throws Exception {
    DescriptorImage image = open(name);

    assertThatThrownBy(() -> list(image, DIR)).isInstanceOf(CorruptImageException.class);
    assertThatThrownBy(() -> image.lookup(DIR, ByteString.utf8("aa")))
        .isInstanceOf(CorruptImageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m12-name-outside", "m13-name-slash", "m14-name-dotdot", "m15-name-empty"})
  void list_damagedEntry_givesTheEntriesBeforeIt(String name) throws Exception {
    DescriptorImage image = open(name);
    List<String> entries = new ArrayList<>();

    assertThatThrownBy(() -> list(image, DIR, entries)).isInstanceOf(CorruptImageException.class);
    assertThat(entries).containsExactly(".:2", "..:1", "aa:5", "bb:6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m17-symlink-empty",
        "m16-inode-range",
        "m34-dir-loop",
      })
  void list_entryWhoseInodeIsDamaged_givesItAllTheSame(String name) throws Exception {
    assertThat(list(open(name), DIR)).hasSize(6).contains("dd:8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m19-reg-nopayload",
        "m20-empty-payload",
        "m21-payload-outside",
        "m22-payload-wrap",
        "m23-payload-long",
        "m36-size-negative",
        "m37-mode-type",
        "m38-nsec",
      })
  void view_damagedFile_failsWithWhateverIsAskedOfIt(String name) throws Exception {
    DescriptorImage image = open(name);

    for (ThrowingCallable question :
        List.<ThrowingCallable>of(
            () -> image.inode(Y),
            () -> image.content(Y),
            () -> image.lookup(1, ByteString.utf8("y")),
            () -> image.xattrs(Y, (key, value) -> {}),
            () -> image.readlink(Y))) {
      assertThatThrownBy(question)
          .isInstanceOfSatisfying(
              CorruptImageException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    }
    assertThat(image.inode(X).size()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m24-digest-len", "m25-digest-outside", "m26-xattr-len1"})
  void view_damagedReference_failsTheInode(String name) throws Exception {
    DescriptorImage image = open(name);

    assertThatThrownBy(() -> image.inode(X)).isInstanceOf(CorruptImageException.class);
    assertThatThrownBy(() -> xattr(image, "user.k1")).isInstanceOf(CorruptImageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m27-xattr-zero", "m28-xattr-many", "m29-xattr-overrun", "m30-xattr-keylen"})
  void view_damagedXattrs_failOnlyThemselves(String name) throws Exception {
    DescriptorImage image = open(name);

    assertThat(image.inode(X).size()).isEqualTo(10);
    assertThatThrownBy(() -> image.xattrs(X, (key, value) -> {}))
        .isInstanceOf(CorruptImageException.class);
    assertThatThrownBy(() -> xattr(image, "user.k2")).isInstanceOf(CorruptImageException.class);
    assertThat(image.hasXattrs()).isTrue();
  }

  @Test
  void xattr_beforeTheDamage_isFound() throws Exception {
    assertThat(xattr(open("m29-xattr-overrun"), "user.k1")).isEqualTo(2);
  }

  @Test
  void readlink_targetWithNul_isCorrupt() throws Exception {
    DescriptorImage image = open("m18-symlink-nul");

    assertThatThrownBy(() -> image.readlink(CC)).isInstanceOf(CorruptImageException.class);
  }

  @Test
  void content_pathWithNul_isCorrupt() throws Exception {
    DescriptorImage image = open("m40-payload-nul");

    assertThatThrownBy(() -> image.content(Y)).isInstanceOf(CorruptImageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m32-unsorted", "m33-duplicate"})
  void list_namesThatDoNotAscend_isCorrupt(String name) throws Exception {
    DescriptorImage image = open(name);

    assertThatThrownBy(() -> list(image, DIR))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("expected names to ascend");
  }

  private static DescriptorImage open(String name) throws FsException {
    return DescriptorImage.open(MemorySegment.ofArray(Vectors.bad(name)), name);
  }

  private static int xattr(DescriptorImage image, String key) throws FsException {
    byte[] name = key.getBytes(StandardCharsets.US_ASCII);
    return image.xattr(X, MemorySegment.ofArray(name), 0, name.length, MemorySegment.NULL, 0, -1);
  }

  private static List<String> list(DescriptorImage image, long directory) throws FsException {
    List<String> entries = new ArrayList<>();
    list(image, directory, entries);
    return entries;
  }

  private static void list(DescriptorImage image, long directory, List<String> into)
      throws FsException {
    image.list(
        directory,
        0,
        (cookie, inode, type, names, at, length) ->
            into.add(ByteString.copyOf(names, at, length) + ":" + inode));
  }

  private static void assertCorrupt(
      ThrowingCallable call, String name, long offset, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptImageException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessage("%s: offset %d: %s", name, offset, reason);
  }
}
