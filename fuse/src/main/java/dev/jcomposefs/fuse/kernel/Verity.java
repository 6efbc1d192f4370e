package dev.jcomposefs.fuse.kernel;

/** Whether overlayfs is to hold objects against the digests in the image. */
public enum Verity {
  /** It looks at no digest. */
  OFF,

  /** The same as {@link #REQUIRE} where the kernel knows that, else {@link #OFF}. */
  TRY,

  /** A file without a digest, or whose object fs-verity does not protect, cannot be opened. */
  REQUIRE
}
