package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Variable data as the tools of the time filled it: whole items, of which some are stored once if
 * equal. Not thread-safe.
 */
final class VariableData {
  static final int MAX = Integer.MAX_VALUE - 64; // bytes, what an array holds

  private static final int ALIGNMENT = 4; // bytes

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Where each distinct item stands; of equal ones the first, whether it may be shared or not. */
  private final Map<ByteString, Integer> offsets = new HashMap<>();

  /**
   * Gives an item to which equal ones may refer that come later, but that refers to none itself.
   */
  int addOwn(ByteString item) throws FsException {
    align();
    int offset = append(item);
    offsets.putIfAbsent(item, offset);
    return offset;
  }

  /** The place of the first equal item, whatever it was added as, or else of this one. */
  int share(ByteString item, boolean aligned) throws FsException {
    Integer known = offsets.get(item);
    if (known != null) {
      return known;
    }
    if (aligned) {
      align();
    }
    int offset = append(item);
    offsets.put(item, offset);
    return offset;
  }

  void writeTo(OutputStream out) throws IOException {
    bytes.writeTo(out);
  }

  private void align() {
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(0);
    }
  }

  private int append(ByteString item) throws FsException {
    if (item.length() > MAX - bytes.size()) {
      throw new FsException(
          Errno.EFBIG, "variable data has more than %d bytes, expected fewer".formatted(MAX));
    }
    int offset = bytes.size();
    bytes.writeBytes(item.toByteArray());
    return offset;
  }
}
