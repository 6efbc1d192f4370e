package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes: distinct keys in bytewise unsigned order, each with its value. Immutable;
 * meant to be shared by all nodes that have the same ones.
 */
public final class Xattrs implements Comparable<Xattrs> {
  /** No extended attributes. */
  public static final Xattrs NONE = new Xattrs(new ByteString[0], null);

  /** XATTR_NAME_MAX of Linux. */
  public static final int MAX_KEY = 255;

  /** Bytes; a larger one has no place in a u16. */
  public static final int MAX_VALUE = 65535;

  /** Key, value, key, value; one array takes less memory than an object per pair. */
  private final ByteString[] pairs;

  /** Indexes in the order in which the attributes came; null when that is the order of keys. */
  private final int @Nullable [] order;

  private Xattrs(ByteString[] pairs, int @Nullable [] order) {
    this.pairs = pairs;
    this.order = order;
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

  /**
   * Index of the attribute that was there first, second and so on, where they came from: some
   * listings keep that order. It plays no part in {@link #equals}.
   *
   * @param place 0 to {@link #count()} - 1
   */
  public int inGivenOrder(int place) {
    return order == null ? place : order[place];
  }

  /** The value of that key, or null. */
  public @Nullable ByteString get(ByteString key) {
    int low = 0;
    int high = count() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int difference = key(middle).compareTo(key);
      if (difference == 0) {
        return value(middle);
      }
      if (difference < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** Of no meaning, but it keeps hash tables fast whatever the attributes are. */
  @Override
  public int compareTo(Xattrs o) {
    return Arrays.compare(pairs, o.pairs);
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

  /** Collects attributes in any order; can be used again after {@link #build()}. */
  public static final class Builder {
    /** Up to here a linear search is the fastest. */
    private static final int FEW = 16;

    /** Key, value, key, value, in the order in which they came. */
    private ByteString[] pairs = new ByteString[8];

    private int count;
    private boolean inKeyOrder = true;

    /** Where each key is, once there are more than a few. */
    private Map<ByteString, Integer> indexes = new HashMap<>();

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
      int index = indexOf(key);
      if (index >= 0) {
        pairs[2 * index + 1] = value;
        return this;
      }
      if (2 * count == pairs.length) {
        pairs = Arrays.copyOf(pairs, 4 * count);
      }
      inKeyOrder &= count == 0 || pairs[2 * count - 2].compareTo(key) < 0;
      pairs[2 * count] = key;
      pairs[2 * count + 1] = value;
      count++;
      if (count == FEW + 1) {
        for (int i = 0; i < count; i++) {
          indexes.put(pairs[2 * i], i);
        }
      } else if (count > FEW) {
        indexes.put(key, count - 1);
      }
      return this;
    }

    /** The value that was put for that key, or null. */
    public @Nullable ByteString get(ByteString key) {
      int index = indexOf(key);
      return index < 0 ? null : pairs[2 * index + 1];
    }

    public Xattrs build() {
      Xattrs built;
      if (count == 0) {
        built = NONE;
      } else if (inKeyOrder) {
        built = new Xattrs(Arrays.copyOf(pairs, 2 * count), null);
      } else {
        built = buildSorted();
      }
      Arrays.fill(pairs, 0, 2 * count, null);
      if (count > FEW) {
        // Clearing takes as long as the largest set ever was.
        indexes = new HashMap<>();
      }
      count = 0;
      inKeyOrder = true;
      return built;
    }

    private Xattrs buildSorted() {
      Integer[] places = new Integer[count];
      Arrays.setAll(places, place -> place);
      Arrays.sort(places, (a, b) -> pairs[2 * a].compareTo(pairs[2 * b]));
      ByteString[] sorted = new ByteString[2 * count];
      int[] order = new int[count];
      for (int index = 0; index < count; index++) {
        int place = places[index];
        sorted[2 * index] = pairs[2 * place];
        sorted[2 * index + 1] = pairs[2 * place + 1];
        order[place] = index;
      }
      return new Xattrs(sorted, order);
    }

    private int indexOf(ByteString key) {
      if (count > FEW) {
        return indexes.getOrDefault(key, -1);
      }
      for (int i = 0; i < count; i++) {
        if (pairs[2 * i].equals(key)) {
          return i;
        }
      }
      return -1;
    }
  }
}
