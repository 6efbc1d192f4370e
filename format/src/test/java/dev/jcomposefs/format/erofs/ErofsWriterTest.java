package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErofsWriterTest {
  private static final String ROOT = "/ 4096 40755 2 0 0 0 0.0 - - -\n";
  private static final String WHITEOUT = "/chardev 1 20777 1 0 0 0 0.0 - - -\n";

  @Test
  void write_whiteoutOfDeclaredSize_givesTheImageOfTheCTool()
      throws IOException, NoSuchAlgorithmException {
    Tree tree = read(ROOT + WHITEOUT);

    byte[] image = image(tree, ErofsVersion.choose(0, 1, tree));

    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image)))
        .isEqualTo("3e7ca8195f29cfd0583ed761c8eead21892ef0ec61d1402aa7f7d84ef8316947");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, false, V0", "0, 1, false, V0", "1, 1, false, V1", "1, 0, false, V1",
    "0, 0, true, V0", "0, 1, true, V1", "1, 1, true, V1", "1, 0, true, V1",
  })
  void choose_versions_bumpsForWhiteoutsOnly(
      int min, int max, boolean whiteout, ErofsVersion expected) throws IOException {
    Tree tree = read(whiteout ? ROOT + WHITEOUT : ROOT);

    assertThat(ErofsVersion.choose(min, max, tree)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 2", "2, 2", "2, 0"})
  void choose_versionsOfNoCTool_areRefused(int min, int max) throws IOException {
    Tree tree = read(ROOT);

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> ErofsVersion.choose(min, max, tree))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void of_number_isTheVersionOfThatNumber() {
    for (ErofsVersion version : ErofsVersion.values()) {
      assertThat(ErofsVersion.of(version.number())).isEqualTo(version);
    }
    assertThatThrownBy(() -> ErofsVersion.of(3)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740993", "9223372036854775808", "18446744073709551615"})
  void write_fileBeyondEveryChunkTable_isTooLarge(String size) throws IOException {
    Tree tree = read(ROOT + "/a %s 100644 1 0 0 0 0.0 x - -\n".formatted(size));

    assertTooLarge(tree, ErofsVersion.V0);
    assertTooLarge(tree, ErofsVersion.V1);
  }

  @Test
  void write_largestFile_hasAFullChunkTable() throws IOException {
    Tree tree = read(ROOT + "/a 9007199254740992 100644 1 0 0 0 0.0 x - -\n");

    assertThat(image(tree, ErofsVersion.V0)).hasSizeGreaterThan(16384);
  }

  @Test
  void write_version2BeyondItsReaders_isTooLarge() throws IOException {
    String content = "c".repeat(513);
    String target = "t".repeat(1025);

    assertTooLarge(
        read(ROOT + "/a 513 100644 1 0 0 0 0.0 - %s -\n".formatted(content)), ErofsVersion.V2);
    assertTooLarge(
        read(ROOT + "/a 1025 120777 1 0 0 0 0.0 %s - -\n".formatted(target)), ErofsVersion.V2);
  }

  @Test
  void write_moreSharedXattrsThanVersion2Counts_isRefused() throws IOException {
    StringBuilder xattrs = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      xattrs.append(" user.%d=".formatted(i));
    }
    Tree tree =
        read(
            ROOT
                + "/a 0 100644 1 0 0 0 0.0 - - -%s\n".formatted(xattrs)
                + "/b 0 100644 1 0 0 0 0.0 - - -%s\n".formatted(xattrs));

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> image(tree, ErofsVersion.V2))
        .withMessage("image: found 256 shared xattrs of an inode, expected at most 255")
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ERANGE));
  }

  @Test
  void write_xattrsOfMoreThanAnInodeHolds_isRefused() throws FsException {
    Xattrs.Builder xattrs = new Xattrs.Builder();
    for (int i = 0; i < 5; i++) {
      xattrs.put(ByteString.utf8("user." + i), ByteString.copyOf(new byte[Xattrs.MAX_VALUE]));
    }
    Tree tree = new TreeBuilder(directory(xattrs.build())).build();

    for (ErofsVersion version : ErofsVersion.values()) {
      assertThatExceptionOfType(FsException.class)
          .isThrownBy(() -> image(tree, version))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ERANGE));
    }
  }

  /** What the C tool, too, stores once: a path is shared whether or not it comes from a digest. */
  @ParameterizedTest
  @EnumSource
  void write_pathOfAnotherFilesDigest_isShared(ErofsVersion version) throws IOException {
    Digest digest = Digest.parse("ab".repeat(32));
    TreeBuilder two = new TreeBuilder(directory(Xattrs.NONE));
    two.add(two.root(), ByteString.utf8("a"), new ExternalFile(file(), digest));
    two.add(two.root(), ByteString.utf8("b"), external(digest.objectPath(), null));
    two.add(two.root(), ByteString.utf8("c"), external(null, digest));

    String image = new String(image(two.build(), version), StandardCharsets.ISO_8859_1);

    assertThat(image.split(digest.objectPath(), -1)).hasSize(2);
    String digestBytes = new String(digest.toByteArray(), StandardCharsets.ISO_8859_1);
    assertThat(image.split(digestBytes, -1)).hasSize(2);
  }

  @Test
  void write_anyTree_doesNotChangeIt() throws IOException {
    Tree tree = read(ROOT + WHITEOUT + "/d 0 40755 2 0 0 0 5.0 - - - user.a=b\n");
    byte[] first = image(tree, ErofsVersion.V2);

    image(tree, ErofsVersion.V0);
    image(tree, ErofsVersion.V1);

    assertThat(image(tree, ErofsVersion.V2)).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource
  void write_withDigest_measuresWhatItWrites(HashAlgorithm algorithm) throws IOException {
    Tree tree = read(ROOT + WHITEOUT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Digest digest = ErofsWriter.write(tree, ErofsVersion.V1, algorithm, out);

    assertThat(out.toByteArray()).isEqualTo(image(tree, ErofsVersion.V1));
    assertThat(digest).isEqualTo(VerityHasher.digest(algorithm, out.toByteArray()));
  }

  private static void assertTooLarge(Tree tree, ErofsVersion version) {
    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> ErofsWriter.write(tree, version, OutputStream.nullOutputStream()))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EFBIG));
  }

  private static Directory directory(Xattrs xattrs) {
    return new Directory(new Metadata(FileType.DIRECTORY.bits() | 0755, 2, 0, 0, 0, 0, 0, xattrs));
  }

  private static Metadata file() {
    return new Metadata(FileType.REGULAR.bits() | 0644, 1, 0, 0, 100, 0, 0, Xattrs.NONE);
  }

  private static ExternalFile external(@Nullable String path, @Nullable Digest digest) {
    return new ExternalFile(file(), path == null ? null : ByteString.utf8(path), digest);
  }

  private static Tree read(String dump) throws IOException {
    return DumpReader.read(
        new ByteArrayInputStream(dump.getBytes(StandardCharsets.ISO_8859_1)),
        "test.dump",
        DumpMode.COMPATIBLE);
  }

  private static byte[] image(Tree tree, ErofsVersion version) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(tree, version, out);
    return out.toByteArray();
  }
}
