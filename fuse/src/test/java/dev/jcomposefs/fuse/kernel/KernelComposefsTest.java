package dev.jcomposefs.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelComposefsTest {
  @ParameterizedTest
  @ValueSource(strings = {"5.10.0-32-cloud-amd64", "5.14", "4.19.0"})
  void checkReadsChunks_kernelThatCannot_saysWhichCan(String release) {
    assertThatThrownBy(() -> KernelComposefs.checkReadsChunks(release))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "the kernel is Linux " + release.replaceAll("^(\\d+\\.\\d+).*", "$1"))
        .hasMessageEndingWith("5.15 can");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.15.0", "5.100", "6.1.0-56-cloud-amd64", "10.0", "", "unknown"})
  void checkReadsChunks_kernelThatCan_isLetThrough(String release) {
    assertThatCode(() -> KernelComposefs.checkReadsChunks(release)).doesNotThrowAnyException();
  }
}
