package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.fixture.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects on a file system that stops answering: another mount, whose server is stopped. Calls into
 * it wait for ever, as they do where a network has gone away.
 */
class StuckStoreTest {
  /** More than a driver has threads. */
  private static final int FILES = 100;

  private Scratch scratch;
  private Packed packed;
  private Served store;

  @BeforeEach
  void mountStore() throws Exception {
    Requirement.root();
    Requirement.fuse();
    scratch = Scratch.create();
    Path tree = scratch.directory("tree");
    for (int i = 0; i < FILES; i++) {
      Files.write(tree.resolve("file" + i), FeatureTree.content(5000 + i));
    }
    Files.write(tree.resolve("in-the-image"), FeatureTree.content(50));
    Files.createDirectory(tree.resolve("directory"));
    Files.createSymbolicLink(tree.resolve("directory/link"), Path.of("target"));
    Packed onDisk = Packed.of(tree, scratch, "packed");
    store =
        Served.mount(
            Driver.DEV, Packed.of(onDisk.objects(), scratch, "store"), scratch, "datapath=copy");
    packed = new Packed(tree, onDisk.image(), store.point());
  }

  @AfterEach
  void remove() throws Exception {
    if (store != null) {
      store.close();
    }
    scratch.close();
  }

  private Process reader(Served mount, int file) throws Exception {
    return new ProcessBuilder("cat", mount.point().resolve("file" + file).toString())
        .redirectOutput(scratch.path("read" + file).toFile())
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"copy", "no-open", "passthrough"})
  void stuckReaders_moreThanThereAreThreads_holdUpNobodyElse(String dataPath) throws Exception {
    long server = store.status().path("pid").asLong();
    List<Process> readers = new ArrayList<>();
    try (Served mount = Served.mount(Driver.DEV, packed, scratch, "datapath=" + dataPath)) {
      String kind = dataPath.equals("no-open") ? "read" : "open";
      try {
        Command.mustRun("kill", "-STOP", Long.toString(server));
        for (int i = 0; i < FILES; i++) {
          readers.add(reader(mount, i));
        }
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> mount.status().path("requests").path(kind).asLong() >= FILES);

        assertThat(Command.mustRun("ls", mount.point() + "/directory")).isEqualTo("link\n");
        assertThat(Command.mustRun("readlink", mount.point() + "/directory/link"))
            .isEqualTo("target\n");
        assertThat(Command.run("ls", mount.point() + "/absent").status()).isEqualTo(2);
        assertThat(Files.readAllBytes(mount.point().resolve("in-the-image")))
            .isEqualTo(FeatureTree.content(50));
        // one for whom a thread waits, and one who waits for a thread
        for (int i : new int[] {0, FILES - 1}) {
          readers.get(i).destroyForcibly();
          assertThat(readers.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
      } finally {
        Command.mustRun("kill", "-CONT", Long.toString(server));
      }
      for (int i = 1; i < FILES - 1; i++) {
        assertThat(readers.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(scratch.path("read" + i)).hasBinaryContent(FeatureTree.content(5000 + i));
      }
      assertThat(mount.status().path("failed").asLong()).isZero();
    } finally {
      readers.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void unmount_whileAReaderIsStuck_endsTheServer() throws Exception {
    long server = store.status().path("pid").asLong();
    try (Served mount = Served.mount(Driver.DEV, packed, scratch)) {
      try {
        Command.mustRun("kill", "-STOP", Long.toString(server));
        Process reader = reader(mount, 0);
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> mount.status().path("requests").path("open").asLong() > 0);
        reader.destroyForcibly();
        assertThat(reader.waitFor(60, TimeUnit.SECONDS)).isTrue();

        Jcfs.mustRun("umount", mount.point().toString());

        assertThat(mount.ended()).isZero();
      } finally {
        Command.mustRun("kill", "-CONT", Long.toString(server));
      }
    }
  }
}
