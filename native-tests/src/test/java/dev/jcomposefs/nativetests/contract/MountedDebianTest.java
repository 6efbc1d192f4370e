package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.SharedTrees;
import dev.jcomposefs.nativetests.tree.Aspect;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.nio.file.Files;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole operating system through the mount. */
@EnumSource(names = {"KERNEL", "JNR", "DEV"})
class MountedDebianTest extends MountedTest {
  @Override
  Packed tree() throws Exception {
    return SharedTrees.debian();
  }

  @Test
  void mount_everyEntry_isLikeItsSource() throws Exception {
    TreeComparison.Outcome outcome =
        TreeComparison.compare(source(), point(), Aspect.DIRECTORY_LINKS, Aspect.FILE_LINKS);

    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.entries()).isGreaterThan(5000);
  }

  @Test
  void chroot_mount_runsProgramsFromIt() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(source().resolve("usr/bin/perl")), "the tree is no operating system");

    String output =
        Command.mustRun(
            "chroot",
            point().toString(),
            "/bin/sh",
            "-c",
            "perl -e 'print \"out of the image\\n\"'; ls /etc | wc -l; head -c 3 /etc/issue");

    String issue = Files.readString(source().resolve("etc/issue")).substring(0, 3);
    assertThat(output).isEqualTo("out of the image\n%d\n%s".formatted(children("etc"), issue));
  }

  private int children(String directory) throws Exception {
    try (var entries = Files.list(source().resolve(directory))) {
      return (int) entries.filter(e -> !e.getFileName().toString().startsWith(".")).count();
    }
  }
}
