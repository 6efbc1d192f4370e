package dev.jcomposefs.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the fields of a sound EROFS image are, in groups of what belongs together. Has its own
 * knowledge of the layout, so that a wrong offset of the reader does not hide a field from it.
 */
final class ErofsFields {
  private static final int BLOCK = 4096;
  private static final int SUPERBLOCK = 1024;
  private static final int DIRECTORY = 0040000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int TYPE_MASK = 0170000;

  /** Whiteouts of the root: more of them would only draw attention from the other inodes. */
  private static final int WHITEOUTS_MAX = 2;

  private final ByteBuffer image;
  private final List<List<Field>> groups = new ArrayList<>();
  private final Deque<Long> pending = new ArrayDeque<>();
  private final Set<Long> seen = new HashSet<>();
  private int whiteouts;

  private ErofsFields(byte[] image) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  static List<List<Field>> of(byte[] image) {
    return new ErofsFields(image).find();
  }

  private List<List<Field>> find() {
    group(0, 4, 4, 4, 4);
    // magic, checksum, features; block bits, slots, root; inodes, time; nanos to xattr block
    group(SUPERBLOCK, 4, 4, 4, 1, 1, 2, 8, 8, 4, 4, 4, 4);
    // incompatible features up to the xattr filter's flag
    group(SUPERBLOCK + 80, 4, 2, 2, 2, 1, 1, 4, 8, 1);
    found(image.getShort(SUPERBLOCK + 14) & 0xffff);
    while (!pending.isEmpty()) {
      inode(Math.toIntExact(pending.remove() * 32));
    }
    return groups;
  }

  private void found(long nid) {
    if (seen.add(nid)) {
      pending.add(nid);
    }
  }

  private void inode(int at) {
    int format = image.getShort(at);
    int mode = image.getShort(at + 4) & 0xffff;
    int data = image.getInt(at + 16);
    if ((mode & TYPE_MASK) == CHARACTER_DEVICE && data == 0 && ++whiteouts > WHITEOUTS_MAX) {
      return;
    }
    boolean extended = (format & 1) != 0;
    int header = extended ? 64 : 32;
    if (extended) {
      group(at, 2, 2, 2, 2, 8, 4, 4, 4, 4, 8, 4, 4);
    } else {
      group(at, 2, 2, 2, 2, 4, 4, 4, 4, 2, 2);
    }
    int count = image.getShort(at + 2) & 0xffff;
    int xattrs = count == 0 ? 0 : 12 + 4 * (count - 1);
    if (xattrs > 0) {
      xattrs(at + header, at + header + xattrs);
    }
    int size =
        Math.toIntExact(
            Math.min(extended ? image.getLong(at + 8) : image.getInt(at + 8), Integer.MAX_VALUE));
    if ((mode & TYPE_MASK) == DIRECTORY) {
      boolean inline = (format >> 1) == 2;
      int done = 0;
      for (; done + BLOCK <= size; done += BLOCK) {
        block(data * BLOCK + done, BLOCK);
      }
      if (done < size) {
        block(inline ? at + header + xattrs : data * BLOCK + done, size - done);
      }
    }
  }

  private void xattrs(int at, int end) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(at, 4));
    fields.add(new Field(at + 4, 1));
    int shared = image.get(at + 4) & 0xff;
    int sharedTable = image.getInt(SUPERBLOCK + 44) * BLOCK;
    int entry = at + 12;
    for (int i = 0; i < shared; i++, entry += 4) {
      fields.add(new Field(entry, 4));
      entryFields(sharedTable + 4 * image.getInt(entry), fields);
    }
    while (end - entry >= 4) {
      entry += entryFields(entry, fields);
    }
    groups.add(fields);
  }

  /** Adds the fields of one entry; how many bytes it has. */
  private int entryFields(int entry, List<Field> fields) {
    int name = image.get(entry) & 0xff;
    int value = image.getShort(entry + 2) & 0xffff;
    fields.add(new Field(entry, 1));
    fields.add(new Field(entry + 1, 1));
    fields.add(new Field(entry + 2, 2));
    for (int i = 0; i < Math.min(name + value, 8); i++) {
      fields.add(new Field(entry + 4 + i, 1));
    }
    return (4 + name + value + 3) & ~3;
  }

  private void block(int at, int length) {
    List<Field> fields = new ArrayList<>();
    int names = image.getShort(at + 8) & 0xffff;
    for (int entry = at; entry < at + names; entry += 12) {
      found(image.getLong(entry));
      fields.add(new Field(entry, 8));
      fields.add(new Field(entry + 8, 2));
      fields.add(new Field(entry + 10, 1));
    }
    for (int i = names; i < Math.min(length, names + 64); i++) {
      fields.add(new Field(at + i, 1));
    }
    groups.add(fields);
  }

  private void group(int at, int... widths) {
    List<Field> fields = new ArrayList<>();
    for (int width : widths) {
      fields.add(new Field(at, width));
      at += width;
    }
    groups.add(fields);
  }
}
