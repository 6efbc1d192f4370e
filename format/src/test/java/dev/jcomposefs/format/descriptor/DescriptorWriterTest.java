package dev.jcomposefs.format.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DescriptorWriterTest {
  private static final ByteString PATH = ByteString.utf8("ob/ject");

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.descriptor.Vectors#regenerable")
  void write_tree_isTheVectorByteForByte(Vectors.Vector vector) throws Exception {
    byte[] written = write(VectorTree.read(vector.dump()), vector.changeTime());

    assertThat(written).isEqualTo(vector.image());
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(written)))
        .isEqualTo(vector.sha256());
    assertThat(VerityHasher.digest(HashAlgorithm.SHA256, written)).isEqualTo(vector.verity());
  }

  /** Left out: digests of empty files, link sizes, and more xattrs than EROFS has room for. */
  static Stream<Vectors.Vector> dumpsInBounds() {
    Set<String> outside = Set.of("06-empty-file", "07-symlink", "09-xattrs");
    return Vectors.regenerable().filter(vector -> !outside.contains(vector.name()));
  }

  @ParameterizedTest
  @MethodSource("dumpsInBounds")
  void write_treeOfDump_isTheVectorByteForByte(Vectors.Vector vector) throws Exception {
    Tree tree =
        DumpReader.read(
            new ByteArrayInputStream(vector.dump()), vector.name(), DumpMode.COMPATIBLE);

    assertThat(write(tree, vector.changeTime())).isEqualTo(vector.image());
  }

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.descriptor.Vectors#regenerable")
  void write_treeOfImage_isTheImageByteForByte(Vectors.Vector vector) throws Exception {
    assertThat(write(vector.open().toTree(), vector.changeTime())).isEqualTo(vector.image());
  }

  /** Hard links of the JSON converter have records with attributes; ours are bare. */
  @Test
  void write_treeOfJsonImage_differsInRecordsThatNothingRefersTo() throws Exception {
    Vectors.Vector vector = Vectors.good("21-json");
    Tree tree = vector.open().toTree();
    byte[] written = write(tree, vector.changeTime());

    DescriptorImage again = DescriptorImage.open(MemorySegment.ofArray(written), "again");
    assertThat(again.inodeCount()).isEqualTo(vector.open().inodeCount());
    assertThat(write(again.toTree(), vector.changeTime())).isEqualTo(written);
    assertThat(tree.linkCount()).isEqualTo(2);
  }

  static Stream<Arguments> refused() {
    Metadata plain = metadata(0100644, 5, 0);
    byte[] digest = new byte[64];
    return Stream.of(
        Arguments.of(
            new InlineFile(plain, ByteString.utf8("12345")),
            Errno.EOPNOTSUPP,
            "/dir/file: content is in the image, expected it in an object: "
                + "a descriptor holds none"),
        Arguments.of(
            new ExternalFile(plain, null, null),
            Errno.EOPNOTSUPP,
            "/dir/file: no backing path is known, expected one as there is a size"),
        Arguments.of(
            new ExternalFile(plain, PATH, Digest.of(HashAlgorithm.SHA512, digest)),
            Errno.EOPNOTSUPP,
            "/dir/file: digest is of SHA512, expected SHA256"),
        Arguments.of(
            new ExternalFile(plain, ByteString.copyOf(new byte[4096]), null),
            Errno.ENAMETOOLONG,
            "/dir/file: path has 4096 bytes, expected at most 4095"),
        Arguments.of(
            new ExternalFile(plain, ByteString.copyOf(new byte[] {'a', 0}), null),
            Errno.EINVAL,
            "/dir/file: path is 'a\\x00', expected no NUL"),
        Arguments.of(
            new ExternalFile(metadata(0100644, -1, 0), PATH, null),
            Errno.EFBIG,
            "/dir/file: size is 18446744073709551615, expected at most 9223372036854775807"),
        Arguments.of(
            new ExternalFile(metadata(0100644, 5, 1_000_000_000), PATH, null),
            Errno.EINVAL,
            "/dir/file: nanoseconds are 1000000000, expected at most 999999999"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void write_whatHasNoPlace_isRefusedBeforeAnythingIsWritten(Node node, Errno errno, String message)
      throws Exception {
    TreeBuilder builder = new TreeBuilder(new Directory(metadata(040755, 0, 0)));
    Directory directory = new Directory(metadata(040755, 0, 0));
    builder.add(builder.root(), ByteString.utf8("dir"), directory);
    builder.add(directory, ByteString.utf8("file"), node);
    Tree tree = builder.build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThatThrownBy(() -> DescriptorWriter.write(tree, null, out))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno))
        .hasMessage(message);
    assertThat(out.size()).isZero();
  }

  private static byte[] write(Tree tree, @Nullable Instant changeTime) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DescriptorWriter.write(tree, changeTime, out);
    return out.toByteArray();
  }

  private static Metadata metadata(int mode, long size, int nanos) {
    return new Metadata(mode, 1, 0, 0, size, 0, nanos, Xattrs.NONE);
  }
}
