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

  private static LinuxFileSystem tmpfs() throws FsException {
    assumeTrue(TestFiles.isRoot(), "mounting needs root");
    try {
      return LinuxFileSystem.open("tmpfs");
    } catch (FsException e) {
      assumeTrue(e.errno() != Errno.EPERM, "this system does not let root mount");
      throw e;
    }
  }

  @Test
  void attach_fileSystemSetUpStepByStep_isThereAsSet() throws IOException {
    ByteString target = LinuxFiles.bytesOf(directory);
    try (LinuxFileSystem tmpfs = tmpfs()) {
      tmpfs.set("size", "64k");
      tmpfs.set("noswap");
      try (Fd mount = tmpfs.mount(LinuxFileSystem.READ_ONLY)) {
        assertThat(Files.getFileStore(directory).type()).isNotEqualTo("tmpfs");
        LinuxMounts.attach(mount, target);
      }
    }
    try {
      assertThat(Files.getFileStore(directory).getTotalSpace()).isEqualTo(64 << 10);
      assertThat(Files.getFileStore(directory).isReadOnly()).isTrue();
    } finally {
      LinuxMounts.unmount(target, LinuxMounts.DETACH | LinuxMounts.NO_FOLLOW);
    }
  }

  @Test
  void set_optionThatDoesNotExist_saysWhich() throws FsException {
    try (LinuxFileSystem tmpfs = tmpfs()) {
      assertThatThrownBy(() -> tmpfs.set("nosuchthing", "1"))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .hasMessageStartingWith("tmpfs 'nosuchthing': Invalid argument");
      assertThatThrownBy(() -> tmpfs.set("size", "1".repeat(256)))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
    }
  }

  @Test
  void open_fileSystemThatDoesNotExist_isNoDevice() {
    assumeTrue(TestFiles.isRoot(), "mounting needs root");
    assertThatThrownBy(() -> LinuxFileSystem.open("nosuchfs"))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isIn(Errno.ENODEV, Errno.EPERM));
  }

  @Test
  void mapOwners_copyOfAMount_showsOtherOwners() throws Exception {
    Path tmpfsAt = Files.createDirectory(directory.resolve("tmpfs"));
    Path copyAt = Files.createDirectory(directory.resolve("copy"));
    try (LinuxFileSystem tmpfs = tmpfs();
        Fd mount = tmpfs.mount(0)) {
      LinuxMounts.attach(mount, LinuxFiles.bytesOf(tmpfsAt));
    }
    Process holder = new ProcessBuilder("unshare", "--user", "sleep", "60").start();
    try (Fd copy = LinuxMounts.copy(LinuxFiles.bytesOf(tmpfsAt))) {
      Path map = Path.of("/proc", Long.toString(holder.pid()), "uid_map");
      Path groups = map.resolveSibling("gid_map");
      Path namespace = map.resolveSibling("ns/user");
      while (Files.isSameFile(namespace, Path.of("/proc/self/ns/user"))) {
        assertThat(holder.isAlive()).isTrue();
      }
      Files.writeString(map, "0 100000 1000\n");
      Files.writeString(groups, "0 100000 1000\n");
      try (Fd user = LinuxFiles.open(namespace, OpenFlags.READ_ONLY)) {
        LinuxMounts.mapOwners(copy, user);
      }
      LinuxMounts.attach(copy, LinuxFiles.bytesOf(copyAt));

      assertThat(Files.getAttribute(tmpfsAt, "unix:uid")).isEqualTo(0);
      assertThat(Files.getAttribute(copyAt, "unix:uid")).isEqualTo(100_000);
    } finally {
      holder.destroyForcibly().waitFor();
      for (Path mounted : new Path[] {copyAt, tmpfsAt}) {
        if (Files.getFileStore(mounted).type().equals("tmpfs")) {
          LinuxMounts.unmount(LinuxFiles.bytesOf(mounted), LinuxMounts.DETACH);
        }
      }
    }
  }
}
