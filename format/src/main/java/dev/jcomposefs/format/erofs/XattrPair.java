package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A key and its value: one object for all inodes of an image that have the same. */
final class XattrPair extends XattrEntry implements Comparable<XattrPair> {
  /** The order of the shared table in versions 0 and 1. */
  static final Comparator<XattrPair> DESCENDING =
      Comparator.comparing(XattrPair::key)
          .thenComparingInt(XattrPair::valueLength)
          .thenComparing(XattrPair::value)
          .reversed();

  /** The order of the shared table in version 2. */
  static final Comparator<XattrPair> ASCENDING =
      Comparator.comparingInt(XattrPair::prefix)
          .thenComparing(XattrPair::suffix)
          .thenComparing(XattrPair::value);

  private final ByteString value;
  private int uses;
  private int sharedAt = NOT_SHARED;

  XattrPair(ByteString key, ByteString value, int prefix) {
    super(key, prefix);
    this.value = value;
  }

  ByteString value() {
    return value;
  }

  void use() {
    uses++;
  }

  /** Whether more than one inode has it. */
  boolean isShared() {
    return uses > 1;
  }

  /** Gives it a place in the shared table. */
  void placeAt(int offset) {
    sharedAt = offset;
  }

  @Override
  int sharedAt() {
    return sharedAt;
  }

  @Override
  int valueLength() {
    return value.length();
  }

  @Override
  void writeValue(ImageOutput out) throws IOException {
    out.bytes(value);
  }

  /** Of no meaning, but it keeps hash tables fast whatever the attributes are. */
  @Override
  public int compareTo(XattrPair o) {
    int order = key().compareTo(o.key());
    return order != 0 ? order : value.compareTo(o.value);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof XattrPair p && key().equals(p.key()) && value.equals(p.value);
  }

  @Override
  public int hashCode() {
    return 31 * key().hashCode() + value.hashCode();
  }
}
