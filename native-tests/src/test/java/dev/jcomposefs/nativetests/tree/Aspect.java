package dev.jcomposefs.nativetests.tree;

/** What two trees may be compared in, beside what must always agree. */
public enum Aspect {
  /** How many hard links a directory has: two and one for each directory in it. */
  DIRECTORY_LINKS,
  /** How many hard links any other file has, and which names are one file. */
  FILE_LINKS,
  /** The size of a directory, which is each file system's own affair. */
  DIRECTORY_SIZES
}
