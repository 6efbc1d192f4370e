package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.nativetests.posix.Posix;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Asking for one extended attribute; that all are there, {@link MountedTreeTest} shows. */
@EnumSource(names = {"KERNEL", "JNR", "DEV", "DAEMON"})
class MountedXattrTest extends MountedTest {
  @Test
  void xattr_noRoom_saysHowMuchIsNeeded() throws Exception {
    assertThat(Posix.xattrLength(found("xattrs/odd"), utf8("user.long"), 0)).isEqualTo(2000);
    assertThat(Posix.xattrLength(found("xattrs/odd"), utf8("user.empty"), 0)).isZero();
  }

  @Test
  void xattr_tooLittleRoom_isOutOfRange() {
    assertFails(
        () -> Posix.xattrLength(found("xattrs/odd"), utf8("user.long"), 1999), Errno.ERANGE);
  }

  @Test
  void xattr_absent_hasNoData() {
    for (String name : new String[] {"xattrs/odd", "sizes/0", "", "links/loop"}) {
      assertFails(() -> Posix.xattr(found(name), utf8("trusted.absent")), Errno.ENODATA);
      assertFails(() -> Posix.xattr(found(name), utf8("security.selinux")), Errno.ENODATA);
    }
  }

  @Test
  void xattr_ofTheOverlay_isHidden() {
    for (String key : new String[] {"trusted.overlay.metacopy", "trusted.overlay.redirect"}) {
      assertFails(() -> Posix.xattr(found("sizes/4096"), utf8(key)), Errno.ENODATA);
    }
    assertFails(() -> Posix.xattr(found(""), utf8("trusted.overlay.opaque")), Errno.ENODATA);
  }

  private static void assertFails(ThrowingCallable call, Errno expected) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(expected));
  }

  private static ByteString utf8(String name) {
    return ByteString.utf8(name);
  }
}
