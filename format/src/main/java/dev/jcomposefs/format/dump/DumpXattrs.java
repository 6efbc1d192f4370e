package dev.jcomposefs.format.dump;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Xattrs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes at the end of a line. Most trees have a few sets over and over, so the
 * text of recent ones is kept and not read again. Not thread-safe.
 */
final class DumpXattrs {
  /** Bytes of text, spaces and escapes included. */
  private static final int MAX_TEXT = 65535;

  /** What a file system's own limit leaves for the attributes of one inode. */
  private static final int MAX_TOTAL = 32767;

  private static final int COST_PER_INODE = 12;
  private static final int COST_PER_ATTRIBUTE = 7;

  /** A power of two. */
  private static final int SLOTS = 512;

  /** Longer texts are unlikely to come again, and would make the memory count. */
  private static final int MAX_KEPT = 256;

  private final byte[][] texts = new byte[SLOTS][];
  private final @Nullable Xattrs[] sets = new @Nullable Xattrs[SLOTS];
  private final Xattrs.Builder builder = new Xattrs.Builder();
  private final Map<Xattrs, Xattrs> shared = new HashMap<>();
  private final DumpLine line;

  DumpXattrs(DumpLine line) {
    this.line = line;
  }

  /** The extended attributes of the current line, the same object for the same ones. */
  Xattrs read() throws DumpFormatException {
    int from = line.xattrsFrom();
    int to = line.lineTo();
    if (from == to) {
      return Xattrs.NONE;
    }
    if (to - from > MAX_TEXT) {
      throw line.error("Too many xattrs");
    }
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + line.bytes()[i];
    }
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    Xattrs known = sets[slot];
    byte[] text = texts[slot];
    if (known != null && Arrays.equals(text, 0, text.length, line.bytes(), from, to)) {
      return known;
    }
    Xattrs read = parse(from, to);
    Xattrs first = shared.putIfAbsent(read, read);
    read = first == null ? read : first;
    if (to - from <= MAX_KEPT) {
      texts[slot] = Arrays.copyOfRange(line.bytes(), from, to);
      sets[slot] = read;
    }
    return read;
  }

  private Xattrs parse(int from, int to) throws DumpFormatException {
    int total = COST_PER_INODE;
    for (int at = from; at < to; ) {
      int end = indexOf((byte) ' ', at, to);
      int equals = indexOf((byte) '=', at, end);
      if (equals == end) {
        throw line.error("Missing = in xattr");
      }
      ByteString key = line.readString(at, equals);
      int length = line.unescape(equals + 1, end);
      ByteString value = ByteString.copyOf(line.unescaped(), 0, length);
      if (key.isEmpty() || key.length() > Xattrs.MAX_KEY || value.length() > Xattrs.MAX_VALUE) {
        throw line.error("Can't set xattr");
      }
      ByteString replaced = builder.get(key);
      builder.put(key, value);
      total +=
          replaced == null
              ? COST_PER_ATTRIBUTE + key.length() + value.length()
              : value.length() - replaced.length();
      if (total > MAX_TOTAL) {
        throw line.error("Can't set xattr");
      }
      at = end + 1;
    }
    return builder.build();
  }

  private int indexOf(byte wanted, int from, int to) {
    int at = from;
    while (at < to && line.bytes()[at] != wanted) {
      at++;
    }
    return at;
  }
}
