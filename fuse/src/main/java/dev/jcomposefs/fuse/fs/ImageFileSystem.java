package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.cache.verify.ObjectVerifier;
import dev.jcomposefs.cache.verify.VerifyCounts;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.image.XattrSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The operations of a FUSE server over one image and the objects behind it.
 *
 * <p>A node id is the image's inode id, but for the root, which is {@value #ROOT} as the kernel
 * wants it. There is no other state: whatever a request needs is found again from the node id, so
 * nothing grows with use and nothing has to be forgotten.
 *
 * <p>Thread-safe. Borrows the image and the verifier.
 */
public final class ImageFileSystem {
  /** Node id of the root directory: the kernel's FUSE_ROOT_ID. */
  public static final long ROOT = 1;

  /** What {@link #lookup} answers for a name that is not there, and {@link #xattr} for a key. */
  public static final int NOT_FOUND = MetadataImage.NOT_FOUND;

  /** Bytes of a block, as far as stat(2) and statfs(2) are concerned. */
  public static final int BLOCK_SIZE = 4096;

  /** Longest name, bytes. */
  public static final int MAX_NAME = 255;

  private final MetadataImage image;
  private final ObjectVerifier objects;
  private final XattrView attributes;
  private final Failures failures;

  public ImageFileSystem(MetadataImage image, ObjectVerifier objects) {
    this(image, objects, XattrView.PLAIN, "image");
  }

  /**
   * @param attributes which extended attributes are shown
   * @param name what the log calls the mount; a process may have many
   */
  public ImageFileSystem(
      MetadataImage image, ObjectVerifier objects, XattrView attributes, Object name) {
    this.image = image;
    this.objects = objects;
    this.attributes = attributes;
    this.failures = new Failures(image, name, System::nanoTime);
  }

  /**
   * Finds a name in a directory, without allocating.
   *
   * @param names memory that holds the name
   * @param at offset of its first byte
   * @param length its bytes
   * @return the node id, or {@link #NOT_FOUND}
   * @throws FsException ENOTDIR if {@code parent} is no directory, ENAMETOOLONG for a name of more
   *     than {@value #MAX_NAME} bytes, EIO if the image is corrupt
   */
  public long lookup(long parent, MemorySegment names, long at, int length) throws FsException {
    if (length > MAX_NAME) {
      throw new FsException(
          Errno.ENAMETOOLONG, "name has %d bytes, expected at most %d".formatted(length, MAX_NAME));
    }
    long inode = image.lookup(inodeOf(parent), names, at, length);
    return inode == NOT_FOUND ? NOT_FOUND : nodeOf(inode);
  }

  /**
   * Fills {@code into} with a node's attributes. {@link Inode#id()} becomes the image's inode id;
   * what stat(2) reports as st_ino is the node id.
   */
  public void attributes(long node, Inode into) throws FsException {
    image.inode(inodeOf(node), into);
  }

  /** What stat(2) reports as st_blocks: 512-byte units, whole blocks of the file system. */
  public static long blocks(Inode inode) {
    long size = inode.size();
    long whole = size / BLOCK_SIZE + (size % BLOCK_SIZE == 0 ? 0 : 1);
    return whole * (BLOCK_SIZE / 512);
  }

  /**
   * Gives the entries of a directory in bytewise order, {@code .} and {@code ..} among them, with
   * their node ids in place of inode ids.
   *
   * @param cookie 0 for the start, or one that an earlier listing gave out
   * @throws FsException ENOTDIR if {@code node} is no directory, EINVAL for a cookie that was never
   *     given out, EIO if the image is corrupt
   */
  public void list(long node, long cookie, DirentSink sink) throws FsException {
    lister(sink).list(node, cookie);
  }

  /** What lists into {@code sink} again and again, without allocating; for one thread at a time. */
  public Lister lister(DirentSink sink) {
    return new Lister(sink);
  }

  /** The target of a symbolic link, 1 to 4095 bytes; EINVAL if the node is none. */
  public ByteString readlink(long node) throws FsException {
    return image.readlink(inodeOf(node));
  }

  /** The same into memory with room for 4095 bytes from {@code at} on; its length is returned. */
  public int readlink(long node, MemorySegment into, long at) throws FsException {
    return image.readlink(inodeOf(node), into, at);
  }

  /**
   * Opens a regular file for reading. What its content is checked against, and how far, is the
   * verifier's policy; a file that fails the check is not opened.
   *
   * @throws FsException EISDIR or EINVAL if the node is no regular file; EIO if its content cannot
   *     be had; EMFILE, ENFILE or ENOMEM where the machine is short of something
   */
  public OpenFile open(long node) throws FsException {
    return switch (image.content(inodeOf(node))) {
      case Content.Inline inline -> new InlineFile(inline.bytes());
      case Content.Backed backed -> new BackedFile(objects.open(backed, new NodeName(node)));
    };
  }

  /** Whether a regular file has its content in the image, and no object needs to be read. */
  public boolean isInline(long node) throws FsException {
    return image.content(inodeOf(node)) instanceof Content.Inline;
  }

  /**
   * Finds one extended attribute and copies its value, without allocating unless the view of them
   * is another than {@link XattrView#PLAIN}.
   *
   * @param names memory that holds the full key
   * @param at offset of its first byte
   * @param length its bytes
   * @param into where the value goes, from {@code intoAt} on, if it has at most {@code room} bytes;
   *     else nothing is copied
   * @return the value's length in bytes, whether copied or not, or {@link #NOT_FOUND}
   */
  public int xattr(
      long node,
      MemorySegment names,
      long at,
      int length,
      MemorySegment into,
      long intoAt,
      int room)
      throws FsException {
    long inode = inodeOf(node);
    if (attributes.isPlain()) {
      return image.xattr(inode, names, at, length, into, intoAt, room);
    }
    ByteString key = attributes.stored(ByteString.copyOf(names, at, length));
    return key == null
        ? NOT_FOUND
        : image.xattr(inode, key.asSegment(), 0, key.length(), into, intoAt, room);
  }

  /**
   * Copies the keys of all extended attributes as listxattr(2) has them, each with a NUL after it.
   *
   * @param into where they go, from {@code at} on, if they have at most {@code room} bytes; if not,
   *     what is copied is of no use
   * @return bytes of all keys, whether copied or not
   */
  public int listXattrs(long node, MemorySegment into, long at, int room) throws FsException {
    KeySink keys = new KeySink(attributes, into, at, room);
    image.xattrs(inodeOf(node), keys);
    return keys.total;
  }

  /**
   * Whether any file has an extended attribute. Where none has, a driver can tell the kernel once
   * and is never asked again.
   */
  public boolean hasXattrs() {
    return image.hasXattrs();
  }

  /** Whether any file has a POSIX ACL that is shown. */
  public boolean hasAcls() {
    return attributes.hasAcls() && image.hasAcls();
  }

  /** Whether POSIX ACLs are shown, if there are any. */
  public boolean showsAcls() {
    return attributes.hasAcls();
  }

  /** How many inodes the image says it has. */
  public long inodeCount() {
    return image.inodeCount();
  }

  /**
   * Blocks that statfs(2) reports, none of them free: those of the image, which is what the kernel
   * reports for a composefs mount of its own. With 0, {@code df} would not list the mount.
   */
  public long blockCount() {
    return (image.sizeBytes() + BLOCK_SIZE - 1) / BLOCK_SIZE;
  }

  /** What became of the objects that were opened. */
  public VerifyCounts counts() {
    return objects.counts();
  }

  /** How many requests have failed, as {@link #failed} counts them. */
  public long failureCount() {
    return failures.count();
  }

  /** The last of these failures, oldest first; at most {@value Failures#REMEMBERED}. */
  public List<Failure> lastFailures() {
    return failures.recent();
  }

  /**
   * Notes that a request failed: the driver calls this once for whatever it caught. Never throws.
   *
   * <p>A failure that is the image's, an object's or this program's is counted, logged with the
   * path, the object and the cause, and remembered for {@link #lastFailures}. One that only answers
   * a wrong question (such as ENOTDIR) is not.
   *
   * @param node what the request was about
   * @return what to answer the kernel
   */
  public Errno failed(long node, Throwable failure) {
    return failures.failed(node, node == ROOT ? image.root() : node, failure);
  }

  /** For the verifier's events, which are read where there is no image to look a path up in. */
  private record NodeName(long node) {
    @Override
    public String toString() {
      return "inode " + Long.toUnsignedString(node);
    }
  }

  private long inodeOf(long node) {
    return node == ROOT ? image.root() : node;
  }

  private long nodeOf(long inode) throws CorruptImageException {
    if (isImpossible(inode)) {
      throw impossible(inode);
    }
    return inode == image.root() ? ROOT : inode;
  }

  /**
   * To the kernel, node 0 is no node and node 1 is the root; an image whose entries lead there
   * would make a file vanish or the tree a circle.
   */
  private boolean isImpossible(long inode) {
    return (inode == 0 || inode == ROOT) && inode != image.root();
  }

  private CorruptImageException impossible(long inode) {
    return new CorruptImageException(
        image.source(), 0, "an entry leads to inode %d, which no file can have".formatted(inode));
  }

  /** Gives the entries of directories to one sink. */
  public final class Lister {
    private final DirentSink sink;
    private final DirentSink nodes = this::entry;
    private boolean impossible;
    private long inode;

    private Lister(DirentSink sink) {
      this.sink = sink;
    }

    /** As {@link ImageFileSystem#list}. */
    public void list(long node, long cookie) throws FsException {
      impossible = false;
      image.list(inodeOf(node), cookie, nodes);
      if (impossible) {
        throw impossible(inode);
      }
    }

    /** Turns an inode id into a node id. */
    private boolean entry(
        long cookie, long inode, FileType type, MemorySegment names, long at, int length) {
      if (isImpossible(inode)) {
        this.impossible = true;
        this.inode = inode;
        return false;
      }
      long node = inode == image.root() ? ROOT : inode;
      return sink.entry(cookie, node, type, names, at, length);
    }
  }

  /** Packs keys one after the other. */
  private static final class KeySink implements XattrSink {
    private final XattrView attributes;
    private final MemorySegment into;
    private final long at;
    private final int room;
    private int total;

    KeySink(XattrView attributes, MemorySegment into, long at, int room) {
      this.attributes = attributes;
      this.into = into;
      this.at = at;
      this.room = room;
    }

    @Override
    public void xattr(ByteString stored, MemorySegment value) {
      ByteString key = attributes.shown(stored);
      if (key == null) {
        return;
      }
      int end = Math.addExact(total, key.length() + 1);
      if (end <= room) {
        key.copyTo(into, at + total);
        into.set(ValueLayout.JAVA_BYTE, at + end - 1, (byte) 0);
      }
      total = end;
    }
  }
}
