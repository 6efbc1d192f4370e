package dev.jcomposefs.format.erofs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.Vectors;
import dev.jcomposefs.format.Vectors.Vector;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images of the recorded dumps as a mount serves them, against the trees they were made from. */
class ErofsMountViewTest {
  private static final ByteString OPAQUE = ByteString.utf8("trusted.overlay.opaque");
  private static final ByteString WHITEOUT = ByteString.utf8("trusted.overlay.whiteout");
  private static final ByteString WHITEOUTS = ByteString.utf8("trusted.overlay.whiteouts");

  /** Dumps with longer links or more inline content than version 2 has. */
  private static final Set<String> NOT_IN_V2 = Set.of("04", "11", "31", "50");

  record Case(String dump, ErofsVersion version) {}

  static Stream<Case> cases() {
    return Vectors.all().stream()
        .map(Vector::input)
        .distinct()
        .flatMap(dump -> Stream.of(ErofsVersion.values()).map(v -> new Case(dump, v)))
        .filter(
            c -> c.version() != ErofsVersion.V2 || !NOT_IN_V2.contains(c.dump().substring(0, 2)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void mountView_imageOfTree_showsTheTree(Case c) throws Exception {
    Tree tree = read(c.dump());
    ErofsImage image = write(tree, c.version());
    new Comparison(image, c.version()).directory(tree.root(), image.root(), image.root());
  }

  private static Tree read(String dump) throws IOException {
    return DumpReader.read(
        new ByteArrayInputStream(Vectors.bytes(dump)), dump, DumpMode.COMPATIBLE);
  }

  private static ErofsImage write(Tree tree, ErofsVersion version) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(tree, version, HashAlgorithm.SHA256, out);
    return ErofsImage.open(MemorySegment.ofArray(out.toByteArray()), "image");
  }

  private record Comparison(
      ErofsImage image, ErofsVersion version, Map<Node, Long> seen, boolean escapes) {
    Comparison(ErofsImage image, ErofsVersion version) {
      this(image, version, new IdentityHashMap<>(), version != ErofsVersion.V2);
    }

    void directory(Directory directory, long nid, long parent) throws FsException {
      assertThat(image.lookup(nid, ByteString.utf8("."))).isEqualTo(nid);
      assertThat(image.lookup(nid, ByteString.utf8(".."))).isEqualTo(parent);
      node(directory, nid, hasWhiteout(directory));
      Map<ByteString, Long> listed = list(nid);
      List<ByteString> expected = new ArrayList<>();
      for (int i = 0; i < directory.entryCount(); i++) {
        ByteString name = directory.name(i);
        Node node = directory.node(i);
        long found = image.lookup(nid, name);
        assertThat(image.lookup(nid, name.concat(ByteString.utf8("\1")))).isEqualTo(-1);
        if (isWhiteout(node) && !escapes) {
          assertThat(found).as("%s", name).isEqualTo(MetadataImage.NOT_FOUND);
          continue;
        }
        expected.add(name);
        assertThat(found).as("%s", name).isEqualTo(listed.get(name));
        Long known = seen.putIfAbsent(node, found);
        assertThat(known == null || known == found).isTrue();
        if (node instanceof Directory child) {
          directory(child, found, nid);
        } else {
          node(node, found, false);
        }
      }
      assertThat(listed.keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private Map<ByteString, Long> list(long nid) throws FsException {
      Map<ByteString, Long> listed = new HashMap<>();
      List<ByteString> order = new ArrayList<>();
      image.list(
          nid,
          0,
          (cookie, inode, type, names, at, length) -> {
            ByteString name = ByteString.copyOf(names, at, length);
            order.add(name);
            if (!name.equals(ByteString.utf8(".")) && !name.equals(ByteString.utf8(".."))) {
              listed.put(name, inode);
            }
            return true;
          });
      assertThat(order).isSorted();
      return listed;
    }

    private void node(Node node, long nid, boolean holdsWhiteouts) throws FsException {
      Inode inode = image.inode(nid);
      boolean whiteout = isWhiteout(node);
      assertThat(inode.mode() & 07777).isEqualTo(node.mode() & 07777);
      assertThat(inode.type()).isEqualTo(whiteout ? FileType.REGULAR : node.type());
      assertThat(inode.uid()).isEqualTo(node.uid());
      assertThat(inode.gid()).isEqualTo(node.gid());
      assertThat(inode.mtimeSeconds()).isEqualTo(node.mtimeSeconds());
      if (escapes) {
        assertThat(inode.mtimeNanos()).isEqualTo(node.mtimeNanos());
      }
      Map<ByteString, ByteString> expected = new TreeMap<>();
      for (int i = 0; i < node.xattrs().count(); i++) {
        expected.put(node.xattrs().key(i), node.xattrs().value(i));
      }
      switch (node) {
        case Symlink link -> assertThat(image.readlink(nid)).isEqualTo(link.target());
        case InlineFile file -> assertThat(inline(nid)).isEqualTo(file.content());
        case EmptyFile file -> assertThat(inline(nid)).isEqualTo(ByteString.EMPTY);
        case ExternalFile file -> backed(file, (Content.Backed) image.content(nid));
        case Device device when whiteout -> {
          assertThat(inline(nid)).isEqualTo(ByteString.EMPTY);
          expected.put(WHITEOUT, ByteString.EMPTY);
          expected.put(OverlayMarkers.USER_WHITEOUT, ByteString.EMPTY);
        }
        case Device device -> assertThat(inode.rdev()).isEqualTo(device.rdev());
        default -> assertThat(inode.rdev()).isZero();
      }
      if (holdsWhiteouts && escapes) {
        expected.put(WHITEOUTS, ByteString.EMPTY);
        expected.put(OverlayMarkers.USER_WHITEOUTS, ByteString.EMPTY);
        if (version == ErofsVersion.V1) {
          expected.put(OPAQUE, ByteString.utf8("x"));
          expected.put(OverlayMarkers.USER_OPAQUE, ByteString.utf8("x"));
        }
      }
      xattrs(nid, expected);
    }

    private void xattrs(long nid, Map<ByteString, ByteString> expected) throws FsException {
      Map<ByteString, ByteString> shown = new TreeMap<>();
      image.xattrs(
          nid, (key, value) -> shown.put(key, ByteString.copyOf(value.toArray(JAVA_BYTE))));
      assertThat(shown).isEqualTo(expected);
      MemorySegment into = MemorySegment.ofArray(new byte[65536]);
      for (Map.Entry<ByteString, ByteString> entry : expected.entrySet()) {
        ByteString key = entry.getKey();
        int length = image.xattr(nid, key.asSegment(), 0, key.length(), into, 0, 65536);
        assertThat(ByteString.copyOf(into, 0, length)).isEqualTo(entry.getValue());
        ByteString longer = key.concat(ByteString.utf8("?"));
        assertThat(image.xattr(nid, longer.asSegment(), 0, longer.length(), into, 0, 65536))
            .isEqualTo(MetadataImage.NOT_FOUND);
      }
    }

    private ByteString inline(long nid) throws FsException {
      return ByteString.copyOf(((Content.Inline) image.content(nid)).bytes().toArray(JAVA_BYTE));
    }

    private static void backed(ExternalFile file, Content.Backed content) {
      assertThat(content.size()).isEqualTo(file.size());
      assertThat(content.digest()).isEqualTo(file.digest());
      ByteString path = file.path();
      while (path != null && path.startsWith(ByteString.utf8("/"))) {
        path = path.substring(1);
      }
      assertThat(content.path()).isEqualTo(path);
    }

    private static boolean hasWhiteout(Directory directory) {
      for (int i = 0; i < directory.entryCount(); i++) {
        if (!directory.isLink(i) && isWhiteout(directory.node(i))) {
          return true;
        }
      }
      return false;
    }

    private static boolean isWhiteout(Node node) {
      return node instanceof Device device && device.isWhiteout();
    }
  }
}
