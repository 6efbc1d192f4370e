package dev.jcomposefs.format.descriptor;

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
import org.jspecify.annotations.Nullable;

/**
 * A composefs image in the descriptor format, decoded in place. Inode ids are indexes plus 1.
 *
 * <p>It shows what is stored: there is no overlay whose xattrs and whiteouts would have to be
 * hidden. A listing begins with {@code .} and {@code ..}, which are not stored.
 *
 * <p>Opening checks the superblock and that the root is a directory. Everything else is checked
 * when it is read, an inode's own record always as a whole; {@link #toTree} checks all that the
 * root leads to. {@code inode}, {@code lookup}, {@code list} and {@code xattr} allocate next to
 * nothing, but for the parents of directories, 4 bytes per inode, at the first listing.
 */
public final class DescriptorImage implements MetadataImage {
  static final int ROOT = 1;

  private final ImageBytes bytes;
  private final InodeReader inodes;
  private final DirectoryReader directories;
  private final XattrReader xattrs;

  /** Null until asked for; computing one twice does no harm. */
  private volatile @Nullable Boolean hasXattrs;

  private volatile @Nullable Boolean hasAcls;

  private DescriptorImage(ImageBytes bytes, Superblock superblock) {
    this.bytes = bytes;
    this.inodes = new InodeReader(bytes, superblock);
    this.directories = new DirectoryReader(bytes, inodes);
    this.xattrs = new XattrReader(bytes, inodes);
  }

  /** Whether the bytes begin as a descriptor does, of whatever version. */
  public static boolean isDescriptor(MemorySegment bytes) {
    ImageBytes in = new ImageBytes(bytes, "");
    try {
      return in.s32(SuperblockLayout.MAGIC_AT) == SuperblockLayout.MAGIC;
    } catch (CorruptImageException e) {
      return false;
    }
  }

  /**
   * Accepts what the kernel driver of the time did, and the image of an empty root, which was too
   * small for it.
   *
   * @param bytes the whole image; borrowed, must stay open and unchanged as long as the result is
   *     used
   * @param source what messages call it: a path, as the user gave it
   * @throws UnsupportedImageException if it has another version
   * @throws CorruptImageException if it is no descriptor or breaks the rules of one
   */
  public static DescriptorImage open(MemorySegment bytes, String source) throws FsException {
    ImageBytes in = new ImageBytes(bytes, source);
    DescriptorImage image = new DescriptorImage(in, Superblock.decode(in));
    long root = image.inodes.load(ROOT);
    if (image.inodes.type(root) != FileType.DIRECTORY) {
      throw in.corrupt(
          root + InodeLayout.MODE_AT,
          "root has mode %06o, expected a directory",
          image.inodes.mode(root));
    }
    return image;
  }

  /**
   * The whole image as a tree, checked as strictly as the format allows: every directory is reached
   * once, entries agree with their inodes, chunks have nothing behind their end. The ctimes get
   * lost.
   */
  public Tree toTree() throws FsException {
    return new TreeReader(bytes, inodes, directories, xattrs).read();
  }

  @Override
  public String source() {
    return bytes.source();
  }

  @Override
  public long root() {
    return ROOT;
  }

  @Override
  public long sizeBytes() {
    return bytes.size();
  }

  @Override
  public long inodeCount() {
    return inodes.count();
  }

  @Override
  public void inode(long id, Inode into) throws CorruptImageException {
    inodes.decode(id, inodes.load(id), into);
  }

  @Override
  public long lookup(long directory, MemorySegment names, long at, int length) throws FsException {
    return directories.lookup(directory, names, at, length);
  }

  @Override
  public void list(long directory, long cookie, DirentSink sink) throws FsException {
    directories.list(directory, cookie, sink);
  }

  @Override
  public ByteString readlink(long id) throws FsException {
    long inode = inodes.load(id);
    if (inodes.type(inode) != FileType.SYMLINK) {
      throw new FsException(
          Errno.EINVAL, "%s: inode %d is not a symbolic link".formatted(source(), id));
    }
    return inodes.payload(inode);
  }

  @Override
  public Content content(long id) throws FsException {
    long inode = inodes.load(id);
    FileType type = inodes.type(inode);
    if (type != FileType.REGULAR) {
      throw new FsException(
          type == FileType.DIRECTORY ? Errno.EISDIR : Errno.EINVAL,
          "%s: inode %d is not a regular file".formatted(source(), id));
    }
    long size = inodes.size(inode);
    if (size == 0) {
      return new Content.Inline(MemorySegment.NULL);
    }
    ByteString path = inodes.payload(inode);
    int slashes = 0;
    while (slashes < path.length() && path.at(slashes) == '/') {
      slashes++;
    }
    ByteString relative = slashes == path.length() ? null : path.substring(slashes);
    return new Content.Backed(relative, size, inodes.digest(inode));
  }

  @Override
  public int xattr(
      long id, MemorySegment names, long at, int length, MemorySegment into, long intoAt, int room)
      throws CorruptImageException {
    return xattrs.copy(inodes.load(id), names, at, length, into, intoAt, room);
  }

  @Override
  public void xattrs(long id, XattrSink sink) throws CorruptImageException {
    xattrs.walk(inodes.load(id), sink);
  }

  @Override
  public boolean hasXattrs() {
    Boolean known = hasXattrs;
    if (known == null) {
      known = yesIfDamaged(xattrs::any);
      hasXattrs = known;
    }
    return known;
  }

  @Override
  public boolean hasAcls() {
    Boolean known = hasAcls;
    if (known == null) {
      known = yesIfDamaged(xattrs::anyAcl);
      hasAcls = known;
    }
    return known;
  }

  /** A question about the whole image. */
  @FunctionalInterface
  private interface Question {
    boolean ask() throws CorruptImageException;
  }

  private static boolean yesIfDamaged(Question question) {
    try {
      return question.ask();
    } catch (CorruptImageException e) {
      return true;
    }
  }
}
