package dev.jcomposefs.format.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeBuilderTest {
  private final TreeBuilder builder = new TreeBuilder(directory());

  @Test
  void build_namesInAnyOrder_sortsThemUnsigned() throws FsException {
    for (String name : List.of("b", "\u00e9", "a", "ab", "~")) {
      builder.add(builder.root(), ByteString.utf8(name), file());
    }

    assertThat(names(builder.build())).containsExactly("a", "ab", "b", "~", "\\xc3\\xa9");
  }

  @Test
  void build_descendingNames_takesNoQuadraticTime() throws FsException {
    int count = 300_000;
    for (int i = count; i > 0; i--) {
      builder.add(builder.root(), ByteString.utf8("%07d".formatted(i)), file());
    }

    Directory root = builder.build().root();

    assertThat(root.entryCount()).isEqualTo(count);
    assertThat(root.name(0)).isEqualTo(ByteString.utf8("0000001"));
    assertThat(root.name(count - 1)).isEqualTo(ByteString.utf8("0300000"));
  }

  @Test
  void build_nodes_areNumberedDepthFirst() throws FsException {
    Directory inner = builder.add(builder.root(), ByteString.utf8("d"), directory());
    Node last = builder.add(builder.root(), ByteString.utf8("z"), file());
    Node first = builder.add(builder.root(), ByteString.utf8("a"), file());
    Node deep = builder.add(inner, ByteString.utf8("x"), file());

    Tree tree = builder.build();

    assertThat(List.of(tree.root().id(), first.id(), inner.id(), deep.id(), last.id()))
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(tree.nodeCount()).isEqualTo(5);
    assertThat(inner.parent()).isSameAs(tree.root());
    assertThat(tree.root().parent()).isSameAs(tree.root());
  }

  @Test
  void build_linkToALaterLink_leadsToTheNode() throws FsException {
    HardLink first = builder.link(builder.root(), ByteString.utf8("a"));
    HardLink second = builder.link(builder.root(), ByteString.utf8("b"));
    Node node = builder.add(builder.root(), ByteString.utf8("c"), file());
    first.to(second);
    second.to(node);

    Tree tree = builder.build();

    assertThat(tree.root().node(0)).isSameAs(node);
    assertThat(tree.root().node(1)).isSameAs(node);
    assertThat(tree.root().isLink(1)).isTrue();
    assertThat(tree.root().isLink(2)).isFalse();
    assertThat(tree.linkCount()).isEqualTo(2);
    assertThat(tree.nodeCount()).isEqualTo(2);
  }

  @Test
  void build_linksInACircle_isRefused() throws FsException {
    HardLink first = builder.link(builder.root(), ByteString.utf8("a"));
    HardLink second = builder.link(builder.root(), ByteString.utf8("b"));
    first.to(second);
    second.to(first);

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(builder::build)
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
  }

  @Test
  void build_linkToADirectory_isRefused() throws FsException {
    builder.link(builder.root(), ByteString.utf8("a")).to(builder.root());

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(builder::build)
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
  }

  @Test
  void build_linkToANodeElsewhere_isRefused() throws FsException {
    builder.link(builder.root(), ByteString.utf8("a")).to(file());

    assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void build_treeDeeperThanAnyStack_isWalked() throws FsException {
    int depth = 200_000;
    Directory at = builder.root();
    for (int i = 0; i < depth; i++) {
      at = builder.add(at, ByteString.utf8("d"), directory());
    }

    Tree tree = builder.build();

    int deepest = 0;
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      deepest = walk.depth();
    }
    assertThat(deepest).isEqualTo(depth - 1);
  }

  @ParameterizedTest
  @CsvSource({"'', EINVAL", "., EINVAL", ".., EINVAL", "a/b, EINVAL", "there, EEXIST"})
  void add_badName_isRefused(String name, Errno expected) throws FsException {
    builder.add(builder.root(), ByteString.utf8("there"), file());

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> builder.add(builder.root(), ByteString.utf8(name), file()))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(expected));
    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> builder.link(builder.root(), ByteString.utf8(name)))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(expected));
    assertThat(builder.build().nodeCount()).isEqualTo(2);
  }

  @Test
  void add_nameWithZeroByte_isRefused() {
    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> builder.add(builder.root(), ByteString.utf8("a\0b"), file()))
        .withMessage("name a\\x00b: found byte 0x00, expected neither slash nor zero");
  }

  @Test
  void add_nameOf256Bytes_isRefused() throws FsException {
    builder.add(builder.root(), ByteString.utf8("n".repeat(255)), file());

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> builder.add(builder.root(), ByteString.utf8("n".repeat(256)), file()))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }

  @Test
  void add_duplicateAfterNamesOutOfOrder_isRefused() throws FsException {
    for (String name : List.of("c", "a", "b")) {
      builder.add(builder.root(), ByteString.utf8(name), file());
    }

    assertThatExceptionOfType(FsException.class)
        .isThrownBy(() -> builder.add(builder.root(), ByteString.utf8("b"), file()))
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
  }

  @Test
  void add_nodeThatHasAName_isRefused() throws FsException {
    Node node = builder.add(builder.root(), ByteString.utf8("a"), file());

    assertThatThrownBy(() -> builder.add(builder.root(), ByteString.utf8("b"), node))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void share_equalSets_givesTheFirst() {
    Xattrs first = new Xattrs.Builder().put(ByteString.utf8("user.a"), ByteString.EMPTY).build();
    Xattrs second = new Xattrs.Builder().put(ByteString.utf8("user.a"), ByteString.EMPTY).build();

    assertThat(builder.share(first)).isSameAs(first);
    assertThat(builder.share(second)).isSameAs(first);
  }

  @Test
  void xattrs_putInAnyOrder_areSortedAndReplaced() {
    Xattrs.Builder xattrs = new Xattrs.Builder();
    IntStream.of(5, 3, 9, 1, 7, 3)
        .forEach(i -> xattrs.put(ByteString.utf8("user." + i), ByteString.utf8("v" + i)));
    xattrs.put(ByteString.utf8("user.9"), ByteString.utf8("new"));

    assertThat(xattrs.build()).hasToString("user.1=v1 user.3=v3 user.5=v5 user.7=v7 user.9=new");
    assertThat(xattrs.build()).isSameAs(Xattrs.NONE);
  }

  @Test
  void externalFile_objectPath_isKeptInTheDigest() {
    Digest digest = Digest.parse("ab".repeat(32));
    ByteString objectPath = ByteString.utf8("ab/" + "ab".repeat(31));
    ByteString other = ByteString.utf8("/ab/" + "ab".repeat(31));
    Metadata metadata = metadata(0100644);

    assertThat(new ExternalFile(metadata, digest).path()).isEqualTo(objectPath);
    assertThat(new ExternalFile(metadata, objectPath, digest).path()).isEqualTo(objectPath);
    assertThat(new ExternalFile(metadata, other, digest).path()).isEqualTo(other);
    assertThat(new ExternalFile(metadata, other, null).path()).isEqualTo(other);
    assertThat(new ExternalFile(metadata, null, digest).path()).isNull();
  }

  private static List<String> names(Tree tree) {
    List<String> names = new ArrayList<>();
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      names.add(walk.name().toString());
    }
    return names;
  }

  private static Directory directory() {
    return new Directory(metadata(040755));
  }

  private static EmptyFile file() {
    return new EmptyFile(metadata(0100644));
  }

  private static Metadata metadata(int mode) {
    return new Metadata(mode, 1, 0, 0, 0, 0, 0, Xattrs.NONE);
  }
}
