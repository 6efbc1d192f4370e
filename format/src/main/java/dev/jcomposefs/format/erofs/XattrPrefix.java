package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The beginnings of xattr keys that an image holds as a number. Source: Linux {@code
 * fs/erofs/erofs_fs.h}, EROFS_XATTR_INDEX_*.
 */
final class XattrPrefix {
  static final int NONE = 0;
  static final int USER = 1;
  static final int ACL_ACCESS = 2;
  static final int ACL_DEFAULT = 3;
  static final int TRUSTED = 4;
  static final int LUSTRE = 5; // written by format version 2 only; the others use NONE
  static final int SECURITY = 6;
  static final int COUNT = 7;

  private static final ByteString[] TEXTS = {
    ByteString.EMPTY,
    ByteString.utf8("user."),
    ByteString.utf8("system.posix_acl_access"),
    ByteString.utf8("system.posix_acl_default"),
    ByteString.utf8("trusted."),
    ByteString.utf8("lustre."),
    ByteString.utf8("security."),
  };

  private XattrPrefix() {}

  /**
   * @param index 0 to 6
   */
  static ByteString text(int index) {
    return TEXTS[index];
  }

  /**
   * The prefix of a key. It is a test of the bytes alone: {@code system.posix_acl_accessible} is
   * {@link #ACL_ACCESS} with the suffix {@code ible}. No two prefixes begin one key.
   *
   * @return index, {@link #NONE} if the key has no known prefix
   */
  static int indexOf(MemorySegment keys, long at, int length) {
    for (int index = 1; index < COUNT; index++) {
      if (startsWith(keys, at, length, TEXTS[index])) {
        return index;
      }
    }
    return NONE;
  }

  static int indexOf(ByteString key) {
    return indexOf(key.asSegment(), 0, key.length());
  }

  static boolean startsWith(MemorySegment keys, long at, int length, ByteString prefix) {
    if (length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (keys.get(ValueLayout.JAVA_BYTE, at + i) != prefix.at(i)) {
        return false;
      }
    }
    return true;
  }
}
