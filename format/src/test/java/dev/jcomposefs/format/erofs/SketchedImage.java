package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An image put together by hand, right or wrong. Inodes stand where {@link #nid} says, 1 KiB apart;
 * shared xattrs in block 16, data blocks from 17 on.
 */
final class SketchedImage {
  static final int ROOT = 36;
  static final int BLOCKS = 24;
  static final int XATTR_BLOCK = 16;
  static final int DATA_BLOCK = 17;

  private static final int SUPERBLOCK = 1024;

  private final ByteBuffer bytes =
      ByteBuffer.allocate(BLOCKS * 4096).order(ByteOrder.LITTLE_ENDIAN);

  /** An image that has nothing but its superblock. */
  SketchedImage() {
    u32(0, 0xd078629a);
    u32(4, 1);
    u32(SUPERBLOCK, 0xe0f5e1e2);
    u32(SUPERBLOCK + 8, 6);
    u8(SUPERBLOCK + 12, 12);
    u16(SUPERBLOCK + 14, ROOT);
    u64(SUPERBLOCK + 16, 7);
    u64(SUPERBLOCK + 24, 1000);
    u32(SUPERBLOCK + 32, 5);
    u32(SUPERBLOCK + 36, BLOCKS);
    u32(SUPERBLOCK + 44, XATTR_BLOCK);
  }

  /** One with a root that has these entries beside {@code .} and {@code ..}. */
  static SketchedImage withRoot(Dirent... entries) {
    return new SketchedImage().put(ROOT, directory(ROOT, ROOT, entries));
  }

  /** Id of the k-th inode; 0 is the root. */
  static int nid(int k) {
    return ROOT + 32 * k;
  }

  static int at(int nid) {
    return 32 * nid;
  }

  SketchedImage u8(int at, int value) {
    bytes.put(at, (byte) value);
    return this;
  }

  SketchedImage u16(int at, int value) {
    bytes.putShort(at, (short) value);
    return this;
  }

  SketchedImage u32(int at, int value) {
    bytes.putInt(at, value);
    return this;
  }

  SketchedImage u64(int at, long value) {
    bytes.putLong(at, value);
    return this;
  }

  SketchedImage raw(int at, byte... raw) {
    bytes.put(at, raw);
    return this;
  }

  SketchedImage put(int nid, Sketch inode) {
    return raw(at(nid), inode.toBytes());
  }

  MemorySegment segment() {
    return MemorySegment.ofArray(bytes.array()).asReadOnly();
  }

  byte[] toBytes() {
    return bytes.array().clone();
  }

  ErofsImage open() throws FsException {
    return ErofsImage.open(segment(), "sketch");
  }

  record Dirent(ByteString name, long nid, int type) {
    static Dirent of(String name, long nid, FileType type) {
      return new Dirent(ByteString.utf8(name), nid, DirentLayout.numberOf(type));
    }
  }

  /** Entries in the order given, names behind them. */
  static byte[] block(Dirent... entries) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    ByteBuffer headers = ByteBuffer.allocate(12 * entries.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Dirent entry : entries) {
      headers
          .putLong(entry.nid())
          .putShort((short) (12 * entries.length + names.size()))
          .put((byte) entry.type())
          .put((byte) 0);
      names.writeBytes(entry.name().toByteArray());
    }
    return concat(headers.array(), names.toByteArray());
  }

  /** An inline directory with {@code .} and {@code ..} put in where they belong. */
  static Sketch directory(int nid, int parent, Dirent... entries) {
    List<Dirent> all = new ArrayList<>(List.of(entries));
    all.add(Dirent.of(".", nid, FileType.DIRECTORY));
    all.add(Dirent.of("..", parent, FileType.DIRECTORY));
    all.sort((a, b) -> a.name().compareTo(b.name()));
    return Sketch.of(040755).tail(block(all.toArray(Dirent[]::new)));
  }

  static byte[] xattrEntry(int prefix, String suffix, byte... value) {
    ByteString name = ByteString.utf8(suffix);
    ByteBuffer entry =
        ByteBuffer.allocate((4 + name.length() + value.length + 3) & ~3)
            .order(ByteOrder.LITTLE_ENDIAN);
    entry.put((byte) name.length()).put((byte) prefix).putShort((short) value.length);
    return entry.put(name.toByteArray()).put(value).array();
  }

  /** An area with a filter that lets everything through. */
  static byte[] xattrs(int[] sharedIds, byte[]... entries) {
    ByteBuffer header =
        ByteBuffer.allocate(12 + 4 * sharedIds.length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(4, (byte) sharedIds.length).position(12);
    for (int id : sharedIds) {
      header.putInt(id);
    }
    return concat(header.array(), concat(entries));
  }

  static byte[] xattrs(byte[]... entries) {
    return xattrs(new int[0], entries);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** The fields of one inode. */
  static final class Sketch {
    private int mode;
    private int format;
    private int nlink = 1;
    private int uid;
    private int gid;
    private long size;
    private int data;
    private long mtime;
    private int nanos;
    private byte[] xattrs = {};
    private byte[] tail = {};

    static Sketch of(int mode) {
      Sketch inode = new Sketch();
      inode.mode = mode;
      return inode;
    }

    Sketch extended(long mtimeSeconds, int mtimeNanos) {
      format |= 1;
      mtime = mtimeSeconds;
      nanos = mtimeNanos;
      return this;
    }

    Sketch layout(int layout) {
      format = (format & 1) | layout << 1;
      return this;
    }

    Sketch owner(int uid, int gid, int nlink) {
      this.uid = uid;
      this.gid = gid;
      this.nlink = nlink;
      return this;
    }

    Sketch size(long size) {
      this.size = size;
      return this;
    }

    Sketch data(int data) {
      this.data = data;
      return this;
    }

    Sketch xattrs(byte[] area) {
      xattrs = area;
      return this;
    }

    /** Makes the inode an inline one whose size is that of the tail. */
    Sketch tail(byte[] tail) {
      this.tail = tail;
      size = tail.length;
      return layout(2);
    }

    Sketch tail(String tail) {
      return tail(ByteString.utf8(tail).toByteArray());
    }

    byte[] toBytes() {
      boolean extended = (format & 1) != 0;
      ByteBuffer header = ByteBuffer.allocate(extended ? 64 : 32).order(ByteOrder.LITTLE_ENDIAN);
      header.putShort((short) format);
      header.putShort((short) (xattrs.length == 0 ? 0 : (xattrs.length - 12) / 4 + 1));
      header.putShort((short) mode);
      header.putInt(16, data);
      if (extended) {
        header.putLong(8, size).putInt(24, uid).putInt(28, gid);
        header.putLong(32, mtime).putInt(40, nanos).putInt(44, nlink);
      } else {
        header.putShort(6, (short) nlink).putInt(8, (int) size);
        header.putShort(24, (short) uid).putShort(26, (short) gid);
      }
      return concat(header.array(), xattrs, tail);
    }
  }
}
