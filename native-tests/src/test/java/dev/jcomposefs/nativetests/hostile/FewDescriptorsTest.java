package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Far more files than a server may have open. */
class FewDescriptorsTest {
  private static final int FILES = 1_000;

  /** Two thirds of it are what the virtual machine and the program have open themselves. */
  private static final int LIMIT = 96;

  private static final int SIZE = 5_000;

  private Scratch scratch;
  private Packed packed;

  @BeforeEach
  void makeTree() throws Exception {
    Requirement.root();
    Requirement.fuse();
    scratch = Scratch.create();
    Path tree = Files.createDirectory(scratch.path("tree"));
    for (int i = 0; i < FILES; i++) {
      Files.write(tree.resolve("file" + i), content(i));
    }
    packed = Packed.of(tree, scratch, "many");
  }

  @AfterEach
  void remove() throws Exception {
    scratch.close();
  }

  private static byte[] content(int file) {
    byte[] content = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      content[i] = (byte) (i * 31 + file * (i % 7));
    }
    return content;
  }

  /** The limit cannot be raised again: root of the system could do that. */
  private Served mount(String dataPath) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--bounding-set=-sys_resource",
                "sh",
                "-c",
                "ulimit -n " + LIMIT + "; exec \"$@\"",
                "sh"));
    command.addAll(
        Jcfs.command(
            "mount",
            "-f",
            "--driver=dev",
            "-o",
            "basedir=" + packed.objects() + ",datapath=" + dataPath));
    return Served.start(
        Files.createTempDirectory(scratch.path(""), "mount-"), command, packed.image());
  }

  @ParameterizedTest
  @ValueSource(strings = {"passthrough", "no-open", "copy"})
  void read_moreFilesThanDescriptors_givesAllOfThem(String dataPath) throws Exception {
    try (Served mount = mount(dataPath)) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < FILES; i++) {
          assertThat(Files.readAllBytes(mount.point().resolve("file" + i)))
              .as("file %d in round %d", i, round)
              .isEqualTo(content(i));
        }
      }
      assertThat(mount.status().path("dataPath").asString()).isEqualTo(dataPath);
      assertThat(mount.status().path("failed").asLong()).isZero();
    }
  }

  /** What the kernel reads by itself needs no descriptor, so none is ever opened again. */
  @Test
  void open_moreFilesThanDescriptorsInPassthrough_opensEachOnce() throws Exception {
    try (Served mount = mount("passthrough")) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < FILES; i++) {
          Files.readAllBytes(mount.point().resolve("file" + i));
        }
      }
      assertThat(mount.status().path("requests").path("open").asLong()).isEqualTo(3 * FILES);
      assertThat(mount.status().path("objects").path("opened").asLong()).isEqualTo(FILES);
    }
  }
}
