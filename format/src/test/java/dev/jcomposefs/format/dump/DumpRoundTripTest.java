package dev.jcomposefs.format.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.RandomDump;
import dev.jcomposefs.format.tree.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DumpRoundTripTest {
  private static final int TREES = 1000;

  @Test
  void write_whatWasReadFromWritten_isTheSame() throws IOException {
    for (int seed = 0; seed < TREES; seed++) {
      byte[] written = write(read(RandomDump.of(seed, false)));

      byte[] again = write(read(written));

      assertThat(new String(again, StandardCharsets.ISO_8859_1))
          .as("seed %d", seed)
          .isEqualTo(new String(written, StandardCharsets.ISO_8859_1));
    }
  }

  private static Tree read(byte[] dump) throws IOException {
    return DumpReader.read(new ByteArrayInputStream(dump), "random.dump", DumpMode.STRICT);
  }

  private static byte[] write(Tree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DumpWriter.write(tree, out);
    return out.toByteArray();
  }
}
