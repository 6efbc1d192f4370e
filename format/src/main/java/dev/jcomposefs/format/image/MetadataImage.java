package dev.jcomposefs.format.image;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import java.lang.foreign.MemorySegment;

/**
 * An image as a mount serves it: what every image format can answer, by inode id.
 *
 * <p>The view is that of the kernel's mount (EROFS below overlayfs): overlay's own xattrs and
 * native whiteouts are hidden, escaped overlay xattrs are shown with one level of escaping removed.
 *
 * <p>The bytes are untrusted. Every method gives an answer or throws, within time and memory
 * bounded by the size of the image; none of them checks the whole image first. An inode id that the
 * image did not hand out is answered with {@link CorruptImageException} or with whatever stands at
 * that place, never with anything worse.
 *
 * <p>Immutable and thread-safe. Borrows its memory, which must stay open as long as the image is
 * used.
 */
public interface MetadataImage {
  /** What {@link #lookup} says about a name that is not there, and {@link #xattr} about a key. */
  int NOT_FOUND = -1;

  /** Whoever the messages call this image: a path, as the user gave it. */
  String source();

  /** Inode id of the root directory. */
  long root();

  /** How many inodes the image says it has, at least 1; not checked. */
  long inodeCount();

  /** Bytes of the image itself, without the objects. */
  long sizeBytes();

  /** Fills {@code into} with the attributes of an inode. */
  void inode(long id, Inode into) throws CorruptImageException;

  /** The same in a new holder. */
  default Inode inode(long id) throws CorruptImageException {
    Inode inode = new Inode();
    inode(id, inode);
    return inode;
  }

  /**
   * Finds a name in a directory by binary search, without allocating.
   *
   * @param names memory that holds the name
   * @param at offset of its first byte
   * @param length its bytes; a name of more than 255 is not found
   * @return the inode id, or {@link #NOT_FOUND}
   * @throws FsException ENOTDIR if {@code directory} is none
   */
  long lookup(long directory, MemorySegment names, long at, int length) throws FsException;

  /** The same for a name in a value of its own. */
  default long lookup(long directory, ByteString name) throws FsException {
    return lookup(directory, name.asSegment(), 0, name.length());
  }

  /**
   * Gives the entries of a directory in bytewise order, with {@code .} and {@code ..} among them or
   * in front.
   *
   * @param cookie 0 for the start, or one that an earlier listing of this directory gave out
   * @throws FsException ENOTDIR if {@code directory} is none, EINVAL if it never gave out the
   *     cookie
   */
  void list(long directory, long cookie, DirentSink sink) throws FsException;

  /**
   * The target of a symbolic link, 1 to 4095 bytes.
   *
   * @throws FsException EINVAL if the inode is not a symbolic link
   */
  ByteString readlink(long id) throws FsException;

  /**
   * Copies the target of a symbolic link; an image in EROFS form does so without allocating.
   *
   * @param into memory with room for 4095 bytes from {@code at} on
   * @return the target's bytes, 1 to 4095
   * @throws FsException as {@link #readlink(long)}
   */
  default int readlink(long id, MemorySegment into, long at) throws FsException {
    ByteString target = readlink(id);
    target.copyTo(into, at);
    return target.length();
  }

  /**
   * Where the bytes of a regular file are.
   *
   * @throws FsException EISDIR for a directory, EINVAL for anything else that is not a regular file
   */
  Content content(long id) throws FsException;

  /**
   * Finds one extended attribute and copies its value, without allocating.
   *
   * @param names memory that holds the full key
   * @param at offset of its first byte
   * @param length its bytes
   * @param into where the value goes, from {@code intoAt} on, if it has at most {@code room} bytes;
   *     else nothing is copied
   * @return the value's length in bytes, whether copied or not, or {@link #NOT_FOUND}
   */
  int xattr(
      long id, MemorySegment names, long at, int length, MemorySegment into, long intoAt, int room)
      throws CorruptImageException;

  /** Gives every extended attribute of an inode, in stored order. */
  void xattrs(long id, XattrSink sink) throws CorruptImageException;

  /**
   * Whether any inode has an extended attribute that the view shows. A mount of an image without
   * can tell the kernel once that there are none, which spares two questions per file of an {@code
   * ls -l}. One pass over the image at the first call; an image too damaged to tell counts as
   * having some.
   */
  boolean hasXattrs();

  /** Whether any inode has a POSIX ACL. */
  boolean hasAcls();
}
