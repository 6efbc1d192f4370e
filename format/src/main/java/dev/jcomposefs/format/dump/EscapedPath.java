package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.util.Arrays;

/**
 * The escaped full path of the entry that a walk has come to. Each step escapes one name: what the
 * directories above it contribute is kept.
 */
final class EscapedPath {
  private final boolean spaces;
  private byte[] text = new byte[4096];
  private int length;

  /** By depth, the length of the path that the entries there end at. */
  private int[] ends = new int[16];

  /** Starts at the root. */
  EscapedPath(boolean spaces) {
    this.spaces = spaces;
    text[0] = '/';
    length = 1;
  }

  /** A path in which spaces are escaped as well: a space ends a field of a dump. */
  static EscapedPath ofDump() {
    return new EscapedPath(/* spaces= */ true);
  }

  /** A path in which a space stays a space. */
  static EscapedPath ofListing() {
    return new EscapedPath(/* spaces= */ false);
  }

  /**
   * Moves to an entry.
   *
   * @param depth as {@link dev.jcomposefs.format.tree.TreeWalk#depth} has it
   */
  void enter(int depth, ByteString name) {
    int start = depth == 0 ? 0 : ends[depth - 1];
    int most = start + 1 + 4 * name.length();
    if (text.length < most) {
      text = Arrays.copyOf(text, Math.max(most, 2 * text.length));
    }
    text[start] = '/';
    int at = start + 1;
    for (int i = 0; i < name.length(); i++) {
      byte b = name.at(i);
      if (b == ' ' && !spaces) {
        text[at++] = b;
      } else {
        at = DumpOutput.escape(b, text, at);
      }
    }
    length = at;
    if (depth == ends.length) {
      ends = Arrays.copyOf(ends, 2 * depth);
    }
    ends[depth] = at;
  }

  byte[] copy() {
    return Arrays.copyOf(text, length);
  }

  void writeTo(DumpOutput out) throws IOException {
    out.raw(text, length);
  }
}
