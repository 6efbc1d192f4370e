package dev.jcomposefs.format.verity;

import java.io.IOException;

/**
 * A file's bytes by position, as pread(2) gives them. Must be thread-safe where a measurer of more
 * than one thread reads it.
 */
@FunctionalInterface
public interface BlockSource {
  /**
   * Reads some bytes.
   *
   * @param position bytes from the start of the file
   * @param into where they go, from {@code offset} on
   * @param length how many are wanted, more than 0
   * @return how many were read, from 1 to {@code length}; 0 or less at the end of the file
   */
  int read(long position, byte[] into, int offset, int length) throws IOException;
}
