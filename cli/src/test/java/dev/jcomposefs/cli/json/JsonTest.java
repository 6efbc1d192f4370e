package dev.jcomposefs.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void line_treeOfEveryKind_isWrittenInOneLine() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("object", Map.of());
    tree.put("array", Arrays.asList(1, -2L, true, null, List.of(), "text"));
    tree.put("last", Map.of("a", "b"));
    assertThat(Json.line(tree))
        .isEqualTo("{\"object\":{},\"array\":[1,-2,true,null,[],\"text\"],\"last\":{\"a\":\"b\"}}");
  }

  @Test
  void line_stringsOfAllCharacters_areReadBackAsTheyWere() throws IOException {
    StringBuilder all = new StringBuilder("\uD83D\uDC27");
    for (char c = 0; c < 0x300; c++) {
      all.append(c);
    }
    String line = Json.line(Map.of(all.toString(), all.toString()));
    assertThat(line).hasLineCount(1).contains("\\n", "\\u000b", "\\u001f", "\\\"", "\\\\");
    assertThat(Json.parse(line).string(all.toString())).isEqualTo(all.toString());
  }
}
