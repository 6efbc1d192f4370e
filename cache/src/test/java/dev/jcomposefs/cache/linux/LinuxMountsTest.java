package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxMountsTest {
  @TempDir Path directory;

  @Test
  void mount_tmpfs_isThereUntilUnmounted() throws IOException {
    assumeTrue(TestFiles.isRoot(), "mounting needs root");
    ByteString target = LinuxFiles.bytesOf(directory);
    try {
      mountTmpfs(target);
    } catch (FsException e) {
      assumeTrue(e.errno() != Errno.EPERM, "this system does not let root mount");
      throw e;
    }
    try {
      assertThat(Files.getFileStore(directory).type()).isEqualTo("tmpfs");
    } finally {
      LinuxMounts.unmount(target, LinuxMounts.DETACH | LinuxMounts.NO_FOLLOW);
    }
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(directory.toString());
  }

  private static void mountTmpfs(ByteString target) throws FsException {
    LinuxMounts.mount(
        ByteString.utf8("none"),
        target,
        ByteString.utf8("tmpfs"),
        LinuxMounts.NO_SUID | LinuxMounts.NO_DEV,
        ByteString.utf8("size=1m"));
  }

  @Test
  void mount_missingTarget_saysSo() {
    ByteString target = ByteString.utf8("/nowhere/at/all");
    assertThatThrownBy(() -> mountTmpfs(target))
        .isInstanceOf(FsException.class)
        .hasMessageStartingWith("mount '/nowhere/at/all': ");
  }

  @Test
  void unmount_directoryThatIsNoMount_isAnError() {
    assertThatThrownBy(() -> LinuxMounts.unmount(LinuxFiles.bytesOf(directory), 0))
        .isInstanceOf(FsException.class);
  }
}
