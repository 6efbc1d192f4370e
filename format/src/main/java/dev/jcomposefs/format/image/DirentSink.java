package dev.jcomposefs.format.image;

import java.lang.foreign.MemorySegment;

/** Takes the entries of a directory, one by one. */
@FunctionalInterface
public interface DirentSink {
  /**
   * @param cookie where to go on after this entry, more than 0: the cookie to give to the next call
   *     of {@code list}
   * @param inode id of the entry's inode; not yet checked to be a valid one
   * @param type the entry's type
   * @param names the memory that holds the name; borrowed for this call
   * @param at offset of the name's first byte
   * @param length bytes of the name, 1 to 255
   * @return whether to go on; false ends the listing, and this entry counts as not taken
   */
  boolean entry(long cookie, long inode, FileType type, MemorySegment names, long at, int length);
}
