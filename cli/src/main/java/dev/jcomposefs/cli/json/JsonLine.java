package dev.jcomposefs.cli.json;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree in one line. By hand: it is all that a server ever does with JSON, and Jackson
 * would take a megabyte of its memory.
 */
final class JsonLine {
  private static final String SHORT = "btn fr"; // of the characters from 8 on; 11 has none

  private static final int FIRST_SHORT = '\b';

  private JsonLine() {}

  static void append(@Nullable Object tree, StringBuilder text) {
    if (tree instanceof Map<?, ?> object) {
      text.append('{');
      String separator = "";
      for (Map.Entry<?, ?> entry : object.entrySet()) {
        text.append(separator);
        appendString(String.valueOf(entry.getKey()), text);
        text.append(':');
        append(entry.getValue(), text);
        separator = ",";
      }
      text.append('}');
    } else if (tree instanceof List<?> array) {
      text.append('[');
      String separator = "";
      for (Object element : array) {
        text.append(separator);
        append(element, text);
        separator = ",";
      }
      text.append(']');
    } else if (tree == null
        || tree instanceof Long
        || tree instanceof Integer
        || tree instanceof Boolean) {
      text.append(tree);
    } else {
      appendString(tree.toString(), text);
    }
  }

  private static void appendString(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        appendControl(c, text);
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  private static void appendControl(char c, StringBuilder text) {
    int at = c - FIRST_SHORT;
    if (at >= 0 && at < SHORT.length() && SHORT.charAt(at) != ' ') {
      text.append('\\').append(SHORT.charAt(at));
    } else {
      text.append("\\u00").append(Character.forDigit(c >> 4, 16));
      text.append(Character.forDigit(c & 0xf, 16));
    }
  }
}
