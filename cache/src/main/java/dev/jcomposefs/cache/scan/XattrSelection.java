package dev.jcomposefs.cache.scan;

import dev.jcomposefs.format.image.ByteString;

/** Which extended attributes are read. */
public enum XattrSelection {
  /** All that the kernel lists for the caller, which without privilege are not all there are. */
  ALL,

  /** Those whose key starts with {@code user.}. */
  USER_ONLY,

  NONE;

  private static final ByteString USER = ByteString.utf8("user.");

  boolean takes(ByteString key) {
    return switch (this) {
      case ALL -> true;
      case USER_ONLY -> key.startsWith(USER);
      case NONE -> false;
    };
  }
}
