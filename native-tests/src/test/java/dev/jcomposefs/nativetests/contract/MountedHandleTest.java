package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.posix.DirectoryEntry;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are opened by a handle, as an NFS server does: by the node id alone, long after the
 * kernel has forgotten where it came from. Neither the kernel's read-only overlayfs nor libfuse 2
 * can do that.
 */
@EnumSource(names = {"DEV", "DEV_COPY", "DEV_NO_OPEN"})
class MountedHandleTest extends MountedTest {
  private byte[] handleOf(String name) throws Exception {
    byte[] handle = Posix.handle(found(name));
    Command.mustRun("sh", "-c", "echo 2 > /proc/sys/vm/drop_caches");
    return handle;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sizes/0", "sizes/64", "sizes/65", "sizes/131073"})
  void openByHandle_file_isTheSame(String name) throws Exception {
    byte[] handle = handleOf(name);

    try (OpenFile file = OpenFile.byHandle(found(""), handle)) {
      byte[] expected = FeatureTree.content((int) Posix.stat(found(name)).size());
      assertThat(file.read(0, expected.length + 1)).isEqualTo(expected);
    }
  }

  /** The kernel asks its way up to the root. */
  @Test
  void openByHandle_directoryDeepDown_isTheSame() throws Exception {
    String name = "deep/level-1/level-2/level-3";
    byte[] handle = handleOf(name);

    try (OpenFile directory = OpenFile.byHandle(found(""), handle)) {
      assertThat(directory.entries(4096).stream().map(DirectoryEntry::name))
          .containsExactlyInAnyOrder(
              ByteString.utf8("."), ByteString.utf8(".."), ByteString.utf8("level-4"));
    }
    assertThat(Posix.list(found(name))).hasSize(1);
  }

  /** Whatever the node id is then, nothing ends and nothing hangs. */
  @Test
  void openByHandle_anyBitFlipped_doesNoHarm() throws Exception {
    byte[] handle = handleOf("sizes/4097");
    for (int bit = 0; bit < handle.length * 8; bit++) {
      byte[] flipped = handle.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        OpenFile.byHandle(found(""), flipped).close();
      } catch (FsException stale) {
        assertThat(stale.errno()).describedAs("bit %d", bit).isNotEqualTo(Errno.ENOTCONN);
      }
    }
    try (OpenFile file = OpenFile.byHandle(found(""), handle)) {
      assertThat(file.read(0, 4098)).isEqualTo(FeatureTree.content(4097));
    }
  }
}
