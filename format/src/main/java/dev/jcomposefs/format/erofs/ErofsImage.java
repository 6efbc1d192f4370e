package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.image.XattrSink;
import dev.jcomposefs.format.tree.Tree;
import java.lang.foreign.MemorySegment;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A composefs image in EROFS form, format version 0, 1 or 2, decoded in place. Inode ids are nids.
 *
 * <p>Opening checks the header, the superblock and that the root is a directory. Everything else is
 * checked when it is read. {@code inode}, {@code lookup}, {@code list} and {@code xattr} allocate
 * nothing.
 */
public final class ErofsImage implements MetadataImage {
  private final ImageBytes bytes;
  private final ComposefsHeader header;
  private final Superblock superblock;
  private final InodeReader inodes;
  private final DirectoryReader directories;
  private final XattrReader xattrs;
  private final ContentReader contents;

  /** Null until asked for; computing one twice does no harm. */
  private volatile @Nullable Boolean hasXattrs;

  private volatile @Nullable Boolean hasAcls;

  private ErofsImage(ImageBytes bytes, ComposefsHeader header, Superblock superblock) {
    this.bytes = bytes;
    this.header = header;
    this.superblock = superblock;
    this.inodes = new InodeReader(bytes, superblock);
    this.directories = new DirectoryReader(bytes, inodes);
    this.xattrs = new XattrReader(bytes, inodes, superblock);
    this.contents = new ContentReader(bytes, inodes, xattrs);
  }

  /**
   * @param bytes the whole image; borrowed, must stay open and unchanged as long as the result is
   *     used
   * @param source what messages call it: a path, as the user gave it
   * @throws UnsupportedImageException if it asks for a feature or version that composefs images of
   *     format versions 0 to 2 do not have
   * @throws CorruptImageException if it is no composefs image or breaks the rules of one
   */
  public static ErofsImage open(MemorySegment bytes, String source) throws FsException {
    ImageBytes in = new ImageBytes(bytes, source);
    ComposefsHeader header = ComposefsHeader.decode(in);
    if (in.size() < SuperblockLayout.BLOCK_SIZE) {
      throw in.corrupt(
          0, "image has %d bytes, expected at least %d", in.size(), SuperblockLayout.BLOCK_SIZE);
    }
    ErofsImage image = new ErofsImage(in, header, Superblock.decode(in));
    image.checkRoot();
    return image;
  }

  private void checkRoot() throws CorruptImageException {
    long root = inodes.at(root());
    FileType type = inodes.type(root);
    if (type != FileType.DIRECTORY) {
      throw bytes.corrupt(
          root + InodeLayout.MODE_AT,
          "root has mode %06o, expected a directory",
          inodes.mode(root));
    }
    inodes.size(root, inodes.format(root), type);
  }

  /** What stands in front of the superblock. */
  public ComposefsHeader header() {
    return header;
  }

  public Superblock superblock() {
    return superblock;
  }

  /**
   * Reads the whole image, in the view of those who make images: what a writer adds for overlayfs
   * is gone, and files that stand for whiteouts are whiteouts again. An inode's first name in
   * depth-first order is its primary one; xattrs keep the order that they have in the image.
   *
   * <p>Checks all that the other methods cannot see: that no directory is reached twice, that
   * {@code ..} leads back, that names ascend from block to block, that no key comes twice, that no
   * parts of the image overlap. Time and memory are bounded by the size of the image.
   *
   * <p>Character devices 0:0 are left out for format versions 0 and 1, whose writers put them there
   * to hide object directories, and kept for version 2.
   *
   * @throws CorruptImageException if any part of the tree breaks the rules
   */
  public Tree toTree() throws FsException {
    return new TreeReader(this).read();
  }

  @Override
  public String source() {
    return bytes.source();
  }

  @Override
  public long root() {
    return superblock.rootNid();
  }

  @Override
  public long sizeBytes() {
    return bytes.size();
  }

  @Override
  public long inodeCount() {
    return superblock.inodeCount();
  }

  @Override
  public void inode(long id, Inode into) throws CorruptImageException {
    inodes.decode(id, into);
  }

  @Override
  public long lookup(long directory, MemorySegment names, long at, int length) throws FsException {
    long nid = directories.lookup(directory, names, at, length);
    return nid == NOT_FOUND || inodes.isWhiteout(inodes.at(nid)) ? NOT_FOUND : nid;
  }

  @Override
  public void list(long directory, long cookie, DirentSink sink) throws FsException {
    directories.list(directory, cookie, /* whiteouts= */ false, sink);
  }

  @Override
  public ByteString readlink(long id) throws FsException {
    long inode = symlinkAt(id);
    int length = targetLength(inode);
    return bytes.copy(targetAt(inode, length), length);
  }

  @Override
  public int readlink(long id, MemorySegment into, long at) throws FsException {
    long inode = symlinkAt(id);
    int length = targetLength(inode);
    bytes.copy(targetAt(inode, length), into, at, length);
    return length;
  }

  private long symlinkAt(long id) throws FsException {
    long inode = inodes.at(id);
    if (inodes.type(inode) != FileType.SYMLINK) {
      throw new FsException(
          Errno.EINVAL, "%s: inode %d is not a symbolic link".formatted(source(), id));
    }
    return inode;
  }

  private int targetLength(long inode) throws CorruptImageException {
    return (int) inodes.size(inode, inodes.format(inode), FileType.SYMLINK);
  }

  private long targetAt(long inode, int length) throws CorruptImageException {
    int format = inodes.format(inode);
    long at =
        InodeReader.isInline(format)
            ? inodes.tailAt(inode, format, length)
            : inodes.blocksAt(inode);
    if (ByteScan.containsZero(bytes, at, length)) {
      throw bytes.corrupt(at, "link target is '%s', expected no NUL", bytes.copy(at, length));
    }
    return at;
  }

  @Override
  public Content content(long id) throws FsException {
    long inode = inodes.at(id);
    FileType type = inodes.type(inode);
    if (type != FileType.REGULAR) {
      throw new FsException(
          type == FileType.DIRECTORY ? Errno.EISDIR : Errno.EINVAL,
          "%s: inode %d is not a regular file".formatted(source(), id));
    }
    int format = inodes.format(inode);
    long size = inodes.size(inode, format, type);
    return contents.isBacked(inode, format, size)
        ? contents.backed(inode, format, size)
        : new Content.Inline(contents.inline(inode, format, (int) size));
  }

  @Override
  public int xattr(
      long id, MemorySegment names, long at, int length, MemorySegment into, long intoAt, int room)
      throws CorruptImageException {
    long inode = inodes.at(id);
    ByteString inserted = OverlayKeys.inserted(names, at, length);
    long entry = xattrs.find(inode, inodes.format(inode), inserted, names, at, length);
    if (entry == XattrReader.NONE) {
      return NOT_FOUND;
    }
    int valueLength = xattrs.valueLength(entry);
    if (valueLength <= room) {
      bytes.copy(xattrs.valueAt(entry), into, intoAt, valueLength);
    }
    return valueLength;
  }

  @Override
  public void xattrs(long id, XattrSink sink) throws CorruptImageException {
    long inode = inodes.at(id);
    xattrs.walk(
        inode,
        inodes.format(inode),
        entry -> {
          ByteString shown = OverlayKeys.shown(xattrs.key(entry));
          if (shown != null) {
            sink.xattr(shown, xattrs.value(entry));
          }
          return true;
        });
  }

  @Override
  public boolean hasXattrs() {
    Boolean known = hasXattrs;
    if (known == null) {
      known = anyShown(key -> true);
      hasXattrs = known;
    }
    return known;
  }

  /** Believes a writer that can say so, as the kernel's mount helpers do. */
  @Override
  public boolean hasAcls() {
    if (header.hasAcls() || header.formatVersion() < 2) {
      return header.hasAcls();
    }
    Boolean known = hasAcls;
    if (known == null) {
      known =
          anyShown(key ->
              key.equals(XattrPrefix.text(XattrPrefix.ACL_ACCESS))
                  || key.equals(XattrPrefix.text(XattrPrefix.ACL_DEFAULT)));
      hasAcls = known;
    }
    return known;
  }

  private boolean anyShown(Predicate<ByteString> wanted) {
    return new ShownXattrs(this, wanted).any();
  }

  ImageBytes bytes() {
    return bytes;
  }

  InodeReader inodes() {
    return inodes;
  }

  DirectoryReader directories() {
    return directories;
  }

  XattrReader xattrs() {
    return xattrs;
  }

  ContentReader contents() {
    return contents;
  }
}
