package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jcomposefs.format.Vectors;
import dev.jcomposefs.format.Vectors.Vector;
import dev.jcomposefs.format.dump.DumpFormatException;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the C tools make of the recorded dumps. */
class ErofsWriterVectorTest {
  static List<Vector> vectors() {
    return Vectors.all();
  }

  static List<String> refused() {
    return Vectors.refused();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void write_recordedDump_givesTheRecordedImage(Vector vector)
      throws IOException, NoSuchAlgorithmException {
    Tree tree = read(Vectors.bytes(vector.input()), DumpMode.COMPATIBLE);
    ErofsVersion version = ErofsVersion.choose(vector.minVersion(), vector.maxVersion(), tree);
    ByteArrayOutputStream image = new ByteArrayOutputStream();

    Digest digest = ErofsWriter.write(tree, version, HashAlgorithm.SHA256, image);

    assertThat(digest.toHex()).isEqualTo(Vectors.line(vector.recorded() + ".digest"));
    assertThat(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(image.toByteArray())))
        .isEqualTo(Vectors.line(vector.recorded() + ".sha256"));
    assertThat(ErofsWriter.measure(tree, version, HashAlgorithm.SHA256)).isEqualTo(digest);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void write_refusedDump_isRefusedInTheSameWords(String name) throws IOException {
    byte[] dump = Vectors.bytes("reject/" + name + ".dump");
    boolean strict = name.startsWith("strict-");

    FsException thrown =
        catchThrowableOfType(
            FsException.class,
            () -> write(read(dump, strict ? DumpMode.STRICT : DumpMode.COMPATIBLE)));

    assertThat(thrown).isNotNull();
    // The tool's own words for what it finds when it writes the image.
    String text =
        thrown instanceof DumpFormatException format
            ? format.text()
            : "cannot write file: " + thrown.errno().text();
    assertThat("mkcomposefs: " + text + "\n")
        .isEqualTo(
            new String(Vectors.bytes("reject/" + name + ".err"), StandardCharsets.ISO_8859_1));
    if (strict) {
      write(read(dump, DumpMode.COMPATIBLE));
    }
  }

  private static Tree read(byte[] dump, DumpMode mode) throws IOException {
    return DumpReader.read(new ByteArrayInputStream(dump), "test.dump", mode);
  }

  private static void write(Tree tree) throws IOException {
    ErofsVersion version = ErofsVersion.choose(0, 1, tree);
    ErofsWriter.write(tree, version, OutputStream.nullOutputStream());
  }
}
