package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;

/** An xattr as it stands in an image, its key split into prefix and suffix. */
abstract class XattrEntry {
  /** No place in the shared table. */
  static final int NOT_SHARED = -1;

  private final ByteString key;
  private final int prefix;
  private final ByteString suffix;
  private final int filterBit;

  XattrEntry(ByteString key, int prefix) {
    this.key = key;
    this.prefix = prefix;
    this.suffix = key.substring(XattrPrefix.text(prefix).length());
    this.filterBit = XattrFilter.bit(prefix, suffix);
  }

  /** The full key, escaped. */
  final ByteString key() {
    return key;
  }

  final int prefix() {
    return prefix;
  }

  final ByteString suffix() {
    return suffix;
  }

  /** The one bit that the key clears in the name filter. */
  final int filterBit() {
    return filterBit;
  }

  /** Bytes from the start of the shared table, or {@link #NOT_SHARED}. */
  abstract int sharedAt();

  abstract int valueLength();

  abstract void writeValue(ImageOutput out) throws IOException;

  /** Bytes of the entry with the zeros behind it. */
  final int size() {
    return XattrLayout.entrySize(suffix.length(), valueLength());
  }

  final void write(ImageOutput out) throws IOException {
    out.u8(suffix.length());
    out.u8(prefix);
    out.u16(valueLength());
    out.bytes(suffix);
    writeValue(out);
    out.fill(size() - XattrLayout.ENTRY_SIZE - suffix.length() - valueLength(), (byte) 0);
  }
}
