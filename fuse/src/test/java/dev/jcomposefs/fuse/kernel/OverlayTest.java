package dev.jcomposefs.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.kernel.Overlay.Spelling;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Overlays of ordinary directories, whose names hold all that has a meaning to overlayfs. */
class OverlayTest {
  @TempDir Path directory;

  private Path lower;
  private Path objects;
  private Path target;
  private WritableLayer writable;

  @BeforeEach
  void make() throws IOException {
    assumeTrue(LinuxProcess.effectiveUserId() == 0, "mounting needs root");
    lower = Files.createDirectory(directory.resolve("lower: a,b"));
    objects = Files.createDirectory(directory.resolve("objects:\\,=x"));
    target = Files.createDirectory(directory.resolve("target\\"));
    writable =
        new WritableLayer(
            Files.createDirectory(directory.resolve("upper,:\\,x")),
            Files.createDirectory(directory.resolve("work,:\\\\")));
    Files.writeString(lower.resolve("file"), "from below");
  }

  @AfterEach
  void unmount() {
    if (target != null) {
      try {
        LinuxMounts.unmount(LinuxFiles.bytesOf(target), LinuxMounts.DETACH);
      } catch (FsException notMounted) {
        // which a test may have made sure of
      }
    }
  }

  private void mount(Overlay overlay, Spelling spelling) throws IOException {
    try {
      overlay.mount(target, spelling);
    } catch (FsException e) {
      assumeTrue(e.errno() != Errno.EPERM, "this system does not let root mount");
      throw e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void mount_writableLayer_takesWhatIsWritten(Spelling spelling) throws IOException {
    mount(new Overlay(lower, List.of(objects), Verity.OFF, writable, false), spelling);

    Files.writeString(target.resolve("file"), "from above");

    assertThat(lower.resolve("file")).hasContent("from below");
    assertThat(writable.upper().resolve("file")).hasContent("from above");
  }

  @ParameterizedTest
  @EnumSource
  void mount_withoutWritableLayer_isReadOnly(Spelling spelling) throws IOException {
    mount(new Overlay(lower, List.of(objects), Verity.OFF, null, false), spelling);

    assertThat(target.resolve("file")).hasContent("from below");
    assertThatThrownBy(() -> Files.writeString(target.resolve("new"), "x"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(Errno.EROFS.text());
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_BY_ONE", "DATA_ONLY"})
  void mount_dataOnlyLayer_namesNothing(Spelling spelling) throws IOException {
    Files.writeString(objects.resolve("object"), "object");

    mount(new Overlay(lower, List.of(objects), Verity.OFF, null, false), spelling);

    assertThat(target.resolve("object")).doesNotExist();
  }

  @Test
  void mount_readOnlyWithWritableLayer_showsChangesAndTakesNone() throws IOException {
    Files.writeString(writable.upper().resolve("changed"), "x");

    mount(Overlay.above(lower, writable, true), Spelling.ONE_BY_ONE);

    assertThat(target.resolve("changed")).hasContent("x");
    assertThatThrownBy(() -> Files.writeString(target.resolve("new"), "x"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(Errno.EROFS.text());
  }

  @Test
  void mount_layerThatIsMissing_isSaidToBeAndNothingIsMounted() {
    WritableLayer missing = new WritableLayer(directory.resolve("missing"), writable.work());

    assertThatThrownBy(() -> Overlay.above(lower, missing, false).mount(target))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EPERM));
    assertThat(target).isEmptyDirectory();
  }
}
