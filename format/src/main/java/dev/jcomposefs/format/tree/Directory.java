package dev.jcomposefs.format.tree;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory: names in bytewise unsigned order, each with its entry; {@code .} and {@code ..} are
 * not among them. Only a {@link TreeBuilder} adds to it.
 */
public final class Directory extends Node {
  private static final ByteString[] NO_NAMES = {};
  private static final Entry[] NO_ENTRIES = {};

  private ByteString[] names = NO_NAMES;
  private Entry[] entries = NO_ENTRIES;
  private int count;
  private @Nullable Directory parent;

  /**
   * All entries, once a name has come that belongs before another: sorted arrays would cost a
   * quadratic time on names in descending order. Null as long as names come in order, which they do
   * from all well-behaved producers, and again when the tree is built.
   */
  private @Nullable TreeMap<ByteString, Entry> unordered;

  /**
   * @throws IllegalArgumentException if the mode is not a directory's
   */
  public Directory(Metadata metadata) {
    super(metadata, FileType.DIRECTORY);
  }

  @Override
  public FileType type() {
    return FileType.DIRECTORY;
  }

  /** The directory that this one is in; the root is in itself. */
  public Directory parent() {
    return parent == null ? this : parent;
  }

  /** How many names the directory holds. */
  public int entryCount() {
    return count;
  }

  /**
   * @param index 0 to {@link #entryCount()} - 1
   */
  public ByteString name(int index) {
    return names[index];
  }

  /**
   * @param index 0 to {@link #entryCount()} - 1
   */
  public Entry entry(int index) {
    return entries[index];
  }

  /**
   * The node behind a name, whether it is the primary name or a link.
   *
   * @param index 0 to {@link #entryCount()} - 1
   */
  public Node node(int index) {
    return entries[index].node();
  }

  /**
   * Whether a name is a hard link to a node that has its primary name elsewhere.
   *
   * @param index 0 to {@link #entryCount()} - 1
   */
  public boolean isLink(int index) {
    return entries[index] instanceof HardLink;
  }

  /** The entry of that name, or null. Also while the tree is being built. */
  public @Nullable Entry find(ByteString name) {
    if (unordered != null) {
      return unordered.get(name);
    }
    // While a tree is being built, most names are asked for because they are about to be appended.
    if (count == 0 || name.compareTo(names[count - 1]) > 0) {
      return null;
    }
    int index = Arrays.binarySearch(names, 0, count, name);
    return index < 0 ? null : entries[index];
  }

  /** Adds an entry; false if there is one of that name already. */
  boolean add(ByteString name, Entry entry) {
    if (unordered == null) {
      int order = count == 0 ? 1 : name.compareTo(names[count - 1]);
      if (order == 0) {
        return false;
      }
      if (order > 0) {
        append(name, entry);
        return true;
      }
      unordered = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        unordered.put(names[i], entries[i]);
      }
      names = NO_NAMES;
      entries = NO_ENTRIES;
    }
    if (unordered.putIfAbsent(name, entry) != null) {
      return false;
    }
    count++;
    return true;
  }

  void in(Directory parent) {
    this.parent = parent;
  }

  /** Ends building: sorted arrays without spare room. */
  void finish() {
    if (unordered == null) {
      if (names.length != count) {
        names = Arrays.copyOf(names, count);
        entries = Arrays.copyOf(entries, count);
      }
      return;
    }
    names = new ByteString[count];
    entries = new Entry[count];
    int i = 0;
    for (Map.Entry<ByteString, Entry> e : unordered.entrySet()) {
      names[i] = e.getKey();
      entries[i++] = e.getValue();
    }
    unordered = null;
  }

  private void append(ByteString name, Entry entry) {
    if (count == names.length) {
      int room = Math.max(4, count + (count >> 1));
      names = Arrays.copyOf(names, room);
      entries = Arrays.copyOf(entries, room);
    }
    names[count] = name;
    entries[count++] = entry;
  }
}
