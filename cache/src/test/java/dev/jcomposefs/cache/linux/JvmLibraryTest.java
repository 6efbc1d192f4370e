package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JvmLibraryTest {

  @Test
  void letGo_ofALibraryInUse_leavesLessOfItInMemory() throws IOException {
    JvmLibrary library = JvmLibrary.find();
    long before = codeInMemory();

    library.letGo();

    assertThat(codeInMemory()).isPositive().isLessThan(before);
  }

  /** Kilobytes of the library's code that this process has mapped. */
  private static long codeInMemory() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    int mapping = 0;
    while (!lines.get(mapping).endsWith("/libjvm.so") || !lines.get(mapping).contains(" r-xp ")) {
      mapping++;
    }
    return lines.subList(mapping + 1, lines.size()).stream()
        .filter(line -> line.startsWith("Rss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
