package dev.jcomposefs.fuse.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import org.junit.jupiter.api.Test;

class PathSearchTest {
  private final FixtureImage image = new FixtureImage();
  private final FixtureImage.Node root = image.rootNode();

  private String pathOf(long inode) {
    ByteString path = PathSearch.pathOf(image, inode);
    return path == null ? "none" : path.toString();
  }

  @Test
  void pathOf_root_isASlash() {
    assertThat(pathOf(image.root())).isEqualTo("/");
  }

  @Test
  void pathOf_fileInDirectories_isTheWholePath() {
    FixtureImage.Node inner = image.directory(image.directory(root, "a"), "b c");

    assertThat(pathOf(image.inline(inner, "file", "").id())).isEqualTo("/a/b c/file");
    assertThat(pathOf(inner.id())).isEqualTo("/a/b c");
  }

  @Test
  void pathOf_fileWithTwoNames_isOneOfThem() {
    long file = image.inline(root, "z", "").id();
    image.link(root, "a", file);

    assertThat(pathOf(file)).isEqualTo("/a");
  }

  @Test
  void pathOf_inodeThatNothingLeadsTo_isNone() {
    image.directory(root, "a");

    assertThat(pathOf(4711)).isEqualTo("none");
  }

  @Test
  void pathOf_directoriesInACircle_ends() {
    FixtureImage.Node a = image.directory(root, "a");
    FixtureImage.Node b = image.directory(a, "b");
    image.link(b, "again", a.id());

    assertThat(pathOf(4711)).isEqualTo("none");
  }

  @Test
  void pathOf_entryToNoInode_goesOnElsewhere() {
    image.link(root, "a-broken", 4711);
    FixtureImage.Node inner = image.directory(root, "b");

    assertThat(pathOf(image.inline(inner, "file", "").id())).isEqualTo("/b/file");
  }

  @Test
  void pathOf_fileTooDeepForAPath_isNone() {
    FixtureImage.Node directory = root;
    for (int depth = 0; depth < 20; depth++) {
      directory = image.directory(directory, "x".repeat(255));
    }
    assertThat(pathOf(directory.id())).isEqualTo("none");
  }
}
