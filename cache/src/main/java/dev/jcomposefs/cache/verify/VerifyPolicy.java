package dev.jcomposefs.cache.verify;

/** Which objects must prove to have the digest that the image gives for them. */
public enum VerifyPolicy {
  /** All; a file whose digest the image does not give cannot be opened. */
  REQUIRE,

  /** Those whose digest the image gives. */
  IF_PRESENT,

  /** None. The size is checked all the same. */
  NONE
}
