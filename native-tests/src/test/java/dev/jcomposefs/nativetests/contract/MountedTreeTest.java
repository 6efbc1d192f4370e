package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.tree.Aspect;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** The feature tree, through the mount, is what was packed. */
@EnumSource(names = {"KERNEL", "JNR", "DEV", "DAEMON"})
class MountedTreeTest extends MountedTest {
  @Test
  void mount_everyEntry_isLikeItsSource() throws Exception {
    TreeComparison.Outcome outcome =
        TreeComparison.compare(source(), point(), Aspect.DIRECTORY_LINKS, Aspect.FILE_LINKS);

    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.entries()).isGreaterThan(3800);
  }

  /** The second time much comes from the kernel's caches, which must not know better. */
  @Test
  void mount_everyEntryAgain_isStillLikeItsSource() throws Exception {
    TreeComparison.Outcome outcome =
        TreeComparison.compare(source(), point(), Aspect.DIRECTORY_LINKS, Aspect.FILE_LINKS);

    assertThat(outcome.differences()).isEmpty();
  }

  /** find(1) counts on link counts, types in listings and inode numbers being right. */
  @Test
  void find_mount_printsWhatItPrintsForTheSource() throws Exception {
    assertThat(find(point())).isEqualTo(find(source()));
  }

  private static String find(Path root) throws Exception {
    return Command.mustRun(
        "sh",
        "-c",
        "cd \"$0\" && find . -printf '%p %m %U %G %T@ %y %l\\0' | sort -z | sha256sum",
        root.toString());
  }

  @Test
  void tar_mount_givesTheSameArchiveTwice() throws Exception {
    assertThat(tar(point())).isEqualTo(tar(point()));
  }

  private static String tar(Path root) throws Exception {
    return Command.mustRun(
        "sh", "-c", "tar --sort=name --sparse -C \"$0\" -cf - . | sha256sum", root.toString());
  }
}
