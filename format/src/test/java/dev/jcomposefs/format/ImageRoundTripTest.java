package dev.jcomposefs.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.Vectors.Vector;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.dump.DumpWriter;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Dump to image, image to dump, and back. */
class ImageRoundTripTest {
  private static final int TREES = 1000;

  /**
   * What the first image of these cannot bring back: hard links whose primary name is not the first
   * one depth first, and sizes of special files.
   */
  private static final Set<String> LOSE_DETAILS =
      Set.of("09-hardlinks", "12-devices", "27-nlink", "50-generated-5000");

  static List<Vector> vectors() {
    return Vectors.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void dumpOfImage_recordedDump_isWhatTheCToolPrints(Vector vector) throws IOException {
    Tree tree = read(Vectors.bytes(vector.input()));
    ErofsVersion version = ErofsVersion.choose(vector.minVersion(), vector.maxVersion(), tree);
    byte[] image = image(tree, version);

    byte[] dump = dump(tree(image));

    for (String ending : List.of(".info", ".info.gz", ".info-corrected")) {
      if (Vectors.exists(vector.recorded() + ending)) {
        assertSameText(dump, Vectors.bytes(vector.recorded() + ending), vector.recorded());
      }
    }
    byte[] again = image(read(dump), version);
    if (LOSE_DETAILS.stream().noneMatch(name -> vector.input().startsWith(name))) {
      assertThat(again).isEqualTo(image);
    }
    assertThat(image(tree(again), version)).isEqualTo(again);
  }

  @ParameterizedTest
  @EnumSource
  void dumpAndImage_ofRandomTrees_areFixedPointsOfEachOther(ErofsVersion version)
      throws IOException {
    for (int seed = 0; seed < TREES; seed++) {
      // In the order of a dump, so that the primary name of a hard link is the first one.
      Tree random = read(dump(read(RandomDump.of(seed, version == ErofsVersion.V2))));
      byte[] image = image(random, version);
      byte[] dump = dump(tree(image));

      byte[] imageAgain = image(read(dump), version);
      byte[] dumpAgain = dump(tree(imageAgain));

      assertThat(imageAgain).as("seed %d", seed).isEqualTo(image);
      assertSameText(dumpAgain, dump, "seed " + seed);
      assertThat(image(tree(image), version)).as("seed %d", seed).isEqualTo(image);
    }
  }

  private static void assertSameText(byte[] actual, byte[] expected, String description) {
    assertThat(new String(actual, StandardCharsets.ISO_8859_1))
        .as(description)
        .isEqualTo(new String(expected, StandardCharsets.ISO_8859_1));
  }

  private static Tree read(byte[] dump) throws IOException {
    return DumpReader.read(new ByteArrayInputStream(dump), "test.dump", DumpMode.COMPATIBLE);
  }

  private static byte[] image(Tree tree, ErofsVersion version) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(tree, version, out);
    return out.toByteArray();
  }

  private static Tree tree(byte[] image) throws IOException {
    MetadataImage read = ImageReader.open(MemorySegment.ofArray(image), "test.cfs");
    return ImageReader.toTree(read);
  }

  private static byte[] dump(Tree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DumpWriter.write(tree, out);
    return out.toByteArray();
  }
}
