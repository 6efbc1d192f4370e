package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.fuse.mount.MountOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposefsFuseOptionsTest {
  private static MountOptions mount(String options) throws ProgramFailure {
    return ComposefsFuseOptions.parse(List.of("-o", options, "mnt")).mount();
  }

  @Test
  void parse_nothingSaid_mountsUnderTheNameOfTheProgram() throws ProgramFailure {
    assertThat(mount("").kernel().fsName()).isEqualTo("composefs-fuse");
    assertThat(mount("").kernel().subtype()).isEqualTo("composefs-fuse");
  }

  @Test
  void parse_sourceNameSaid_isShown() throws ProgramFailure {
    assertThat(mount("fsname=my\\,image").kernel().fsName()).isEqualTo("my,image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "async,sync,dirsync",
        "atime,noatime",
        "clone_fd,max_idle_threads=3",
        "max_read=131072"
      })
  void parse_whatOnlyLibfuseHasAUseFor_changesNothing(String options) throws ProgramFailure {
    assertThat(mount(options)).isEqualTo(mount(""));
  }

  /** To take them without a word would promise something. */
  @ParameterizedTest
  @ValueSource(strings = {"noexec", "auto_unmount", "frob", "asyncx"})
  void parse_whatAMountOfOursDoesNotDo_isRefused(String option) {
    assertThatThrownBy(() -> mount(option))
        .isInstanceOfSatisfying(
            ProgramFailure.class,
            e ->
                assertThat(e.text().toString())
                    .startsWith("fuse: unknown option(s): `-o " + option + "'"));
  }
}
