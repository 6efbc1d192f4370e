package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes: distinct keys in bytewise unsigned order, each with its value. Immutable;
 * meant to be shared by all nodes that have the same ones.
 */
public final class Xattrs {
  /** No extended attributes. */
  public static final Xattrs NONE = new Xattrs(new ByteString[0]);

  /** XATTR_NAME_MAX of Linux. */
  public static final int MAX_KEY = 255;

  /** Bytes; a larger one has no place in a u16. */
  public static final int MAX_VALUE = 65535;

  /** Key, value, key, value; one array takes less memory than an object per pair. */
  private final ByteString[] pairs;

  private Xattrs(ByteString[] pairs) {
    this.pairs = pairs;
  }

  public int count() {
    return pairs.length / 2;
  }

  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /**
   * The full key, prefix included.
   *
   * @param index 0 to {@link #count()} - 1
   */
  public ByteString key(int index) {
    return pairs[2 * index];
  }

  /**
   * @param index 0 to {@link #count()} - 1
   */
  public ByteString value(int index) {
    return pairs[2 * index + 1];
  }

  /** The value of that key, or null. */
  public @Nullable ByteString get(ByteString key) {
    int index = indexOf(pairs, pairs.length / 2, key);
    return index < 0 ? null : pairs[2 * index + 1];
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Xattrs x && Arrays.equals(pairs, x.pairs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pairs);
  }

  /** For messages: {@code key=value} joined by spaces. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count(); i++) {
      text.append(i == 0 ? "" : " ").append(key(i)).append('=').append(value(i));
    }
    return text.toString();
  }

  /** Index of the key, or -(insertion point) - 1. */
  private static int indexOf(ByteString[] pairs, int count, ByteString key) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = pairs[2 * middle].compareTo(key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  /** Collects attributes in any order; can be used again after {@link #build()}. */
  public static final class Builder {
    private ByteString[] pairs = new ByteString[8];
    private int count;

    /**
     * Sets one attribute; a repeated key replaces the earlier value.
     *
     * @param key 1 to {@link #MAX_KEY} bytes
     * @param value 0 to {@link #MAX_VALUE} bytes
     * @throws IllegalArgumentException if either is out of range
     */
    public Builder put(ByteString key, ByteString value) {
      if (key.isEmpty() || key.length() > MAX_KEY) {
        throw new IllegalArgumentException(
            "xattr key: found %d bytes, expected 1 to %d".formatted(key.length(), MAX_KEY));
      }
      if (value.length() > MAX_VALUE) {
        throw new IllegalArgumentException(
            "xattr %s: found %d bytes, expected at most %d"
                .formatted(key, value.length(), MAX_VALUE));
      }
      int index = indexOf(pairs, count, key);
      if (index >= 0) {
        pairs[2 * index + 1] = value;
        return this;
      }
      int at = -index - 1;
      if (2 * count == pairs.length) {
        pairs = Arrays.copyOf(pairs, 4 * count);
      }
      System.arraycopy(pairs, 2 * at, pairs, 2 * at + 2, 2 * (count - at));
      pairs[2 * at] = key;
      pairs[2 * at + 1] = value;
      count++;
      return this;
    }

    /** The value that was put for that key, or null. */
    public @Nullable ByteString get(ByteString key) {
      int index = indexOf(pairs, count, key);
      return index < 0 ? null : pairs[2 * index + 1];
    }

    public Xattrs build() {
      Xattrs built = count == 0 ? NONE : new Xattrs(Arrays.copyOf(pairs, 2 * count));
      Arrays.fill(pairs, 0, 2 * count, null);
      count = 0;
      return built;
    }
  }
}
