package dev.jcomposefs.cli.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.dropin.ProgramRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs do what the C tools did. */
class RecordedImagesTest {
  @TempDir private Path work;

  static List<String> images() throws IOException {
    return Recorded.images();
  }

  static List<String> refused() throws IOException {
    return Recorded.refused();
  }

  /** The options that an image was made with. */
  private static List<Object> versions(String image) {
    if (image.endsWith(".v0")) {
      return List.of("--min-version=0", "--max-version=0");
    }
    return image.endsWith(".v1") ? List.of("--min-version=1", "--max-version=1") : List.of();
  }

  private static Object[] arguments(List<Object> first, Object... others) {
    List<Object> all = new ArrayList<>(first);
    all.addAll(List.of(others));
    return all.toArray();
  }

  @ParameterizedTest
  @MethodSource("images")
  void programs_recordedImage_giveTheRecordedBytes(String recorded)
      throws IOException, NoSuchAlgorithmException {
    Path image = work.resolve("image");
    String digest = Recorded.line(recorded + ".digest") + "\n";
    byte[] dump = Recorded.dumpOf(recorded);

    Result made =
        ProgramRun.of("mkcomposefs")
            .input(dump)
            .run(arguments(versions(recorded), "--from-file", "--print-digest", "-", image));

    assertThat(made.err()).isEmpty();
    assertThat(made.status()).isZero();
    assertThat(made.out()).isEqualTo(digest);
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(image));
    assertThat(HexFormat.of().formatHex(sha256)).isEqualTo(Recorded.line(recorded + ".sha256"));
    assertThat(ProgramRun.of("composefs-info").run("measure-file", image).out()).isEqualTo(digest);
    assertShows("dump", image, recorded + ".info");
    assertShows("dump", image, recorded + ".info-corrected");
    assertShows("ls", image, recorded + ".ls");
  }

  private static void assertShows(String command, Path image, String recorded) throws IOException {
    for (String name : List.of(recorded, recorded + ".gz")) {
      if (Recorded.exists(name)) {
        Result shown = ProgramRun.of("composefs-info").run(command, image);
        assertThat(shown.err()).isEmpty();
        assertThat(shown.out()).isEqualTo(Recorded.text(name));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void mkcomposefs_refusedDump_failsInTheSameWords(String name) throws IOException {
    ProgramRun program = ProgramRun.of("mkcomposefs");
    if (name.startsWith("strict-")) {
      program.environment("CFS_PARSE_STRICT", "1");
    }
    Path dump = Recorded.path("reject/" + name + ".dump");

    Result refused = program.run("--from-file", dump, work.resolve("image"));

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).isEqualTo(Recorded.text("reject/" + name + ".err"));
    assertThat(refused.out()).isEmpty();
    assertThat(work).isEmptyDirectory();
  }
}
