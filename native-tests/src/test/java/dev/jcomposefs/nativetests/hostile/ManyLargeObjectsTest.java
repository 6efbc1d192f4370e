package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityMeasurer;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The hashes of a large object take memory as long as it is open, and an object of nothing but
 * holes costs nobody anything. Small here, so that the test is quick: objects of 8 GiB in a heap of
 * 256 MiB are the same.
 */
class ManyLargeObjectsTest {
  private static final int OBJECTS = 16;
  private static final long SIZE = 128L << 20; // bytes, with hashes of 1 MiB
  private static final Map<String, String> SMALL_HEAP = Map.of("JCFS_JAVA_OPTS", "-Xmx16m");

  private Scratch scratch;

  @BeforeEach
  void create() throws Exception {
    Requirement.root();
    Requirement.fuse();
    scratch = Scratch.create();
  }

  @AfterEach
  void remove() throws Exception {
    scratch.close();
  }

  @Test
  void read_moreHashesThanMemory_servesThemAll() throws Exception {
    Path point = scratch.directory("point");
    Command.Result mounted =
        Command.run(
            Duration.ofMinutes(1),
            SMALL_HEAP,
            Jcfs.command(
                "mount",
                "--own-process",
                "-o",
                "basedir=" + scratch.path("objects"),
                image().toString(),
                point.toString()));
    assertThat(mounted.errors()).isEmpty();

    for (int i = 0; i < OBJECTS; i++) {
      assertThat(first(point.resolve("large" + i))).isEqualTo(new byte[10]);
    }
    assertThat(first(point.resolve("large0"))).isEqualTo(new byte[10]);

    assertThat(Jcfs.mustRun("status", "--json", point.toString())).contains("\"failed\" : 0,");
    Jcfs.mustRun("umount", point.toString());
  }

  private static byte[] first(Path file) throws Exception {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[10];
      Arrays.fill(bytes, (byte) 1);
      open.readFully(bytes);
      return bytes;
    }
  }

  private Path image() throws Exception {
    Path objects = scratch.directory("objects");
    String digest;
    try (VerityMeasurer measurer = new VerityMeasurer(2)) {
      digest =
          measurer
              .measure(
                  HashAlgorithm.SHA256,
                  (position, into, offset, length) -> {
                    int n = (int) Math.min(length, SIZE - position);
                    Arrays.fill(into, offset, offset + n, (byte) 0);
                    return n;
                  },
                  SIZE)
              .toHex();
    }
    StringBuilder dump = new StringBuilder("/ 0 40755 2 0 0 0 0.0 - - -\n");
    for (int i = 0; i < OBJECTS; i++) {
      try (RandomAccessFile object =
          new RandomAccessFile(objects.resolve("o" + i).toFile(), "rw")) {
        object.setLength(SIZE);
      }
      dump.append("/large%d %d 100644 1 0 0 0 0.0 o%d - %s\n".formatted(i, SIZE, i, digest));
    }
    Path text = Files.writeString(scratch.path("dump"), dump);
    Path image = scratch.path("image");
    Jcfs.mustRun("convert", text.toString(), image.toString());
    return image;
  }
}
