package dev.jcomposefs.cache.linux;

import org.jspecify.annotations.Nullable;

/**
 * Which file, and which state of its content: two equal identities, taken one after the other, say
 * that nobody wrote to the file in between through the usual interfaces. The kernel moves ctime
 * with every write, truncation and change of times, and only the machine's clock can bring an old
 * value back.
 *
 * @param device file system, major number in the upper 32 bits, minor in the lower
 * @param inode unsigned 64 bits
 * @param size bytes
 * @param mtimeSeconds time of the last change of content, since 1970
 * @param mtimeNanos 0 to 999,999,999
 * @param ctimeSeconds time of the last change of the inode, since 1970
 * @param ctimeNanos 0 to 999,999,999
 */
public record FileIdentity(
    long device,
    long inode,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    long ctimeSeconds,
    int ctimeNanos) {
  /** Whether the file is the same one, whatever its state. */
  public boolean isOfSameFile(FileIdentity other) {
    return device == other.device && inode == other.inode;
  }

  /**
   * The generated method, written out: the JDK puts that one together from method handles when it
   * is called for the first time, which takes longer than to read an image.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileIdentity that
        && device == that.device
        && inode == that.inode
        && size == that.size
        && mtimeSeconds == that.mtimeSeconds
        && mtimeNanos == that.mtimeNanos
        && ctimeSeconds == that.ctimeSeconds
        && ctimeNanos == that.ctimeNanos;
  }

  @Override
  public int hashCode() {
    // The inode number tells almost all files apart, and the times almost all states of one.
    return (Long.hashCode(inode) * 31 + Long.hashCode(ctimeSeconds)) * 31 + ctimeNanos;
  }
}
