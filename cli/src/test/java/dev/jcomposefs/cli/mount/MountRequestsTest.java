package dev.jcomposefs.cli.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.cli.control.DaemonRequest;
import dev.jcomposefs.cli.control.Surroundings;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.mount.DriverChoice;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountRequestsTest {
  private static DaemonRequest.Mount request(MountOptions options) throws IOException {
    return MountRequests.of(
        Path.of("/image"), Path.of("/directory"), options, Surroundings.ofThisProcess());
  }

  @Test
  void optionsOf_everyOptionSet_areThoseThatWereSent() throws IOException {
    for (String digest : List.of("ab".repeat(32), "cd".repeat(64))) {
      for (VerifyPolicy policy : VerifyPolicy.values()) {
        for (DataPath path : DataPath.values()) {
          MountOptions options =
              MountOptions.DEFAULT
                  .withBaseDirectories(Path.of("/a:b"), Path.of("/c,d\\"))
                  .withDigest(Digest.parse(digest))
                  .withVerification(policy)
                  .withAllowOther(true)
                  .withSetId(true)
                  .withDevices(true)
                  .withDriver(DriverChoice.JNR)
                  .withDataPath(path)
                  .withFsName("name");
          assertThat(MountRequests.optionsOf(request(options))).isEqualTo(options);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"upperdir=/u", "workdir=/w", "idmap=/i", "noacl", "noobjects"})
  void canSay_optionThatNoRequestHas_isFalse(String option) throws IOException {
    assertThat(MountRequests.canSay(MountOptions.parse(option))).isFalse();
    assertThat(MountRequests.canSay(MountOptions.parse("basedir=/b,ro"))).isTrue();
  }

  @Test
  void optionsOf_everyOptionAtItsDefault_areTheDefaults() throws IOException {
    MountOptions options = MountOptions.DEFAULT;
    assertThat(MountRequests.optionsOf(request(options))).isEqualTo(options);
  }

  @Test
  void optionsOf_wordOfAnotherVersion_isAnError() {
    DaemonRequest.Mount unknown =
        new DaemonRequest.Mount(
            "", "/i", "/d", List.of(), null, "perhaps", false, false, false, "dev", null, null);
    assertThatThrownBy(() -> MountRequests.optionsOf(unknown))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("PERHAPS");
  }
}
