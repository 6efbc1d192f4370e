package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.DirectoryEntry;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An image whose superblock and root are right and whose other bytes are not is mounted and answers
 * every question in some way: an answer or an error, never with the end of the server or a call
 * that does not return.
 */
@ParameterizedClass
@EnumSource
class CorruptImageTest extends SmallTreeTest {
  /** Behind the root's inode and xattrs: without a root nothing can be mounted. */
  private static final int BEHIND_ROOT = 1152 + 128;

  /** Far more than the tree has: only an image that leads in circles comes near. */
  private static final int MOST_VISITED = 20_000;

  private final Driver driver;
  private int visited;

  CorruptImageTest(Driver driver) {
    this.driver = driver;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void walk_imageWithWrongBytes_neitherHangsNorKills(long seed) throws Exception {
    Packed packed = corrupt(new Random(seed));

    try (Served mount = Served.mount(driver, packed, scratch())) {
      walk(Posix.path(mount.point()), 0);
      // whatever the walk met, there is still somebody who takes leave in good order
      assertThat(mount.terminate()).describedAs("seed %d: %s", seed, mount.log()).isZero();
    }
  }

  private Packed corrupt(Random random) throws Exception {
    byte[] image = Files.readAllBytes(tree().packed().image());
    int changes = 1 << random.nextInt(9);
    for (int i = 0; i < changes; i++) {
      image[BEHIND_ROOT + random.nextInt(image.length - BEHIND_ROOT)] = (byte) random.nextInt();
    }
    Path file = scratch().path("corrupt.cfs");
    Files.write(file, image);
    return new Packed(tree().packed().source(), file, tree().packed().objects());
  }

  private void walk(ByteString path, int depth) {
    if (++visited > MOST_VISITED || depth > 100) {
      return;
    }
    try {
      FileType type = FileType.ofMode(Posix.stat(path).mode());
      Posix.xattrs(path);
      if (type == FileType.DIRECTORY) {
        for (DirectoryEntry entry : Posix.list(path)) {
          walk(Posix.child(path, entry.name()), depth + 1);
        }
      } else if (type == FileType.REGULAR) {
        try (OpenFile file = OpenFile.open(path, OpenFile.READ_ONLY)) {
          file.read(0, 100_000);
        }
      } else if (type == FileType.SYMLINK) {
        Posix.readlink(path);
      }
    } catch (FsException answered) {
      // an error is an answer; that nobody is there to give one is not
      assertThat(answered.errno()).isNotIn(Errno.ENOTCONN, Errno.ECONNABORTED);
    }
  }
}
