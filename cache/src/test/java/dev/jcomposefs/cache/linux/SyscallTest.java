package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyscallTest {

  @ParameterizedTest
  @CsvSource({
    "AARCH64, /usr/include/asm-generic/unistd.h",
    "X86_64, /usr/include/x86_64-linux-gnu/asm/unistd_64.h"
  })
  void numbers_ofEachArchitecture_areThoseOfTheKernelHeader(Architecture architecture, Path header)
      throws IOException {
    assumeTrue(Files.exists(header), header + " is not installed");
    Map<String, Integer> expected = new HashMap<>();
    Matcher line =
        Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)").matcher(Files.readString(header));
    while (line.find()) {
      expected.put(line.group(1), Integer.valueOf(line.group(2)));
    }
    Map<String, Integer> found = new HashMap<>();
    for (Syscall call : Syscall.values()) {
      found.put(call.name().toLowerCase(Locale.ROOT), call.numberOn(architecture));
    }
    assertThat(expected).containsAllEntriesOf(found);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void numbers_ofEachArchitecture_areDistinct(Architecture architecture) {
    assertThat(Syscall.values())
        .extracting(call -> call.numberOn(architecture))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"amd64, X86_64", "x86_64, X86_64", "aarch64, AARCH64"})
  void architecture_byTheNameThatJavaHasForIt_isFound(String name, Architecture expected) {
    assertThat(Architecture.named(name)).isEqualTo(expected);
  }

  @Test
  void architecture_withoutNumbers_isNone() {
    assertThat(Architecture.named("riscv64")).isNull();
  }
}
