package dev.jcomposefs.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypedWordsTest {
  private static byte[] line(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void complaint_bytesThatAreNoText_namesThem() {
    assertThat(
            TypedWords.complaint(
                List.of("ls", "a\uFFFDb", "c\uFFFD"), line("java\0-x\0ls\0a\u00ffb\0c\u00fe\0")))
        .isEqualTo("argument 'a\\xffb' is not UTF-8");
  }

  @Test
  void complaint_replacementCharacterThatWasTyped_isNone() {
    assertThat(
            TypedWords.complaint(List.of("ls", "a\uFFFD"), line("java\0ls\0a\u00ef\u00bf\u00bd\0")))
        .isNull();
  }

  @Test
  void complaint_nobodyKnowsWhatWasTyped_isMade() {
    assertThat(TypedWords.complaint(List.of("a\uFFFD"), new byte[0]))
        .isEqualTo("argument 'a\uFFFD' is not UTF-8");
  }

  @Test
  void complaint_plainWords_isNone() {
    assertThat(TypedWords.complaint("ls", "\u00fc", "")).isNull();
  }
}
