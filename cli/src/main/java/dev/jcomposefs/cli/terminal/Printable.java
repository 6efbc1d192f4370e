package dev.jcomposefs.cli.terminal;

/**
 * Text on its way to a terminal: a file name may hold a line break, or a control sequence that the
 * terminal would obey.
 */
public final class Printable {
  private Printable() {}

  /** The text with every control character as {@code \xhh}. */
  public static String of(String text) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        if (escaped == null) {
          escaped = new StringBuilder(text.length() + 8).append(text, 0, i);
        }
        escaped.append("\\x%02x".formatted((int) c));
      } else if (escaped != null) {
        escaped.append(c);
      }
    }
    return escaped == null ? text : escaped.toString();
  }
}
