package dev.jcomposefs.cache.verify;

/** Who holds the bytes of an open object against its digest. */
public enum VerifyEngine {
  /** The kernel's fs-verity, at every read from the disk. */
  KERNEL,

  /** This process: the whole object when it was opened, each block again when it is read. */
  USER_SPACE,

  /** Nobody. */
  NONE
}
