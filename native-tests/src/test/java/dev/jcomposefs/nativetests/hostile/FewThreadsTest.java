package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that may start no thread any more. */
class FewThreadsTest {
  /** Nobody: root's processes are not counted. */
  private static final String USER = "65534";

  private static final int FILES = 40;

  @ParameterizedTest
  @EnumSource
  void read_noThreadToBeHad_isServed(Driver driver) throws Exception {
    Requirement.root();
    Requirement.program("fusermount3");
    Requirement.program("setpriv");
    Requirement.program("prlimit");
    try (Scratch scratch = Scratch.create()) {
      Command.mustRun("cp", "-a", Jcfs.directory().toString(), scratch.path("jcfs").toString());
      Path tree = scratch.directory("tree");
      for (int i = 0; i < FILES; i++) {
        Files.write(tree.resolve("file" + i), FeatureTree.content(1_000_000 + i));
      }
      Packed.of(tree, scratch, "packed");
      Command.mustRun("chown", USER, scratch.directory("home").toString());
      String script =
          """
          cd "$1/home"
          mkdir point
          ../jcfs/bin/jcfs mount --driver %s -o basedir=../packed.objects ../packed.cfs point
          server=$(../jcfs/bin/jcfs status --json point | sed -n 's/.*"pid" *: *\\([0-9]*\\).*/\\1/p')
          prlimit --pid "$server" --nproc=1
          for round in 1 2 3; do
            for i in $(seq 0 %d); do
              timeout 60 cmp "../tree/file$i" "point/file$i" &
            done
            wait
          done
          ../jcfs/bin/jcfs umount point
          echo done
          """
              .formatted(driver.option(), FILES - 1);

      Command.Result session =
          Command.run(
              "setpriv",
              "--reuid=" + USER,
              "--regid=" + USER,
              "--clear-groups",
              "env",
              "-u",
              "XDG_RUNTIME_DIR",
              "sh",
              "-ec",
              script,
              "sh",
              scratch.path("").toString());

      assertThat(session.errors()).isEmpty();
      assertThat(session.text()).isEqualTo("done\n");
    }
  }
}
