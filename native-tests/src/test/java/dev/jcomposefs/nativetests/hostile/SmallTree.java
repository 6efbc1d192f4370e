package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.posix.PosixChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A handful of files, packed, with objects that a test may do anything to. */
final class SmallTree {
  /** A file that is also there as {@code twin}: two files, one object. */
  static final String VICTIM = "dir/victim";

  /** Bytes of it: enough that no read-ahead brings all of it at once. */
  static final int VICTIM_SIZE = 3_000_000;

  private static final byte[] VICTIM_CONTENT = FeatureTree.content(VICTIM_SIZE);

  private final Packed packed;
  private final Map<String, byte[]> files;

  private SmallTree(Packed packed, Map<String, byte[]> files) {
    this.packed = packed;
    this.files = files;
  }

  /**
   * Makes and packs the tree.
   *
   * @param more files with their content, which must be of more than 64 bytes and each another
   */
  static SmallTree make(Scratch scratch, Map<String, byte[]> more)
      throws IOException, InterruptedException {
    Map<String, byte[]> files = new TreeMap<>(more);
    files.put("in-the-image", FeatureTree.content(50));
    files.put("small", FeatureTree.content(100));
    files.put("block", FeatureTree.content(4096));
    files.put("dir/large", FeatureTree.content(1_000_000));
    files.put(VICTIM, VICTIM_CONTENT);
    files.put("twin", VICTIM_CONTENT);
    Path source = scratch.directory("source");
    PosixChanges.mkdir(scratch.bytes("source/dir"));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      PosixChanges.write(scratch.bytes("source/" + file.getKey()), file.getValue());
    }
    return new SmallTree(Packed.of(source, scratch, "small-tree"), files);
  }

  static SmallTree make(Scratch scratch) throws IOException, InterruptedException {
    return make(scratch, Map.of());
  }

  Packed packed() {
    return packed;
  }

  byte[] content(String name) {
    return Objects.requireNonNull(files.get(name));
  }

  /** The path of a file's object below the object directory. */
  String objectPath(String name) {
    return VerityHasher.digest(HashAlgorithm.SHA256, content(name)).objectPath();
  }

  /** The object of a file. */
  ByteString objectOf(String name) {
    return in(packed.objects(), objectPath(name));
  }

  /** How many files have their content in an object. */
  int external() {
    return files.size() - 1;
  }

  /** How many objects there are. */
  int objects() {
    return external() - 1;
  }

  /** Asserts that every file but these is there with its bytes. */
  void assertServed(Path mount, String... but) throws FsException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!List.of(but).contains(file.getKey())) {
        assertThat(Posix.read(in(mount, file.getKey())))
            .describedAs(file.getKey())
            .isEqualTo(file.getValue());
      }
    }
    assertThat(Posix.list(in(mount, "dir"))).hasSize(2);
  }

  /** A file in a mount. */
  static ByteString in(Path mount, String name) {
    return Posix.path(mount.resolve(name));
  }
}
