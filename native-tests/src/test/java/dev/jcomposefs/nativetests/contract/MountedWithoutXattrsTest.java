package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.SharedTrees;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree in which no file has an extended attribute: an empty list is still a list. */
@EnumSource(names = {"KERNEL", "JNR", "DEV", "DEV_NO_OPEN"})
class MountedWithoutXattrsTest extends MountedTest {
  @Override
  Packed tree() throws Exception {
    return SharedTrees.plain();
  }

  @Test
  void xattrs_ofAnyFile_areNone() throws Exception {
    for (String name : new String[] {"", "small", "directory", "directory/large", "link"}) {
      assertThat(Posix.xattrs(found(name))).describedAs(name).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cp --archive . \"$out\"",
        "cp --recursive --preserve=mode,ownership,timestamps,xattr . \"$out\"",
        "tar --create --xattrs --acls . | tar --extract --xattrs --acls --directory \"$out\"",
        "rsync --archive --xattrs --acls . \"$out\""
      })
  void copy_withItsXattrs_saysNothingAndIsLikeTheSource(String command) throws Exception {
    Requirement.program(command.split(" ", 2)[0]);
    try (Scratch scratch = Scratch.create()) {
      Path copy = scratch.directory("copy");

      Command.Result result =
          Command.run(
              "sh",
              "-c",
              "cd \"$1\" && out=$2 && " + command,
              "sh",
              point().toString(),
              copy.toString());

      assertThat(result.errors()).isEmpty();
      assertThat(result.status()).isZero();
      assertThat(TreeComparison.compare(source(), copy).differences()).isEmpty();
    }
  }

  @Test
  void getfattr_ofEverything_findsNothing() throws Exception {
    Requirement.program("getfattr");
    assertThat(Command.mustRun("getfattr", "-R", "-P", "-d", "-m-", point().toString())).isEmpty();
  }
}
