package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.Fd;

/** The files that the kernel was given to read by itself. Thread-safe. */
interface BackingFiles {
  /**
   * Gives the kernel a regular file.
   *
   * @return its id, more than 0, or a negative errno
   */
  int open(Fd file);

  /** Takes it back; whoever has it open keeps it. */
  void close(int id);
}
