package dev.jcomposefs.fuse.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XattrViewTest {
  private static final XattrView TRUSTED = XattrView.PLAIN.belowOverlay("trusted.overlay.");
  private static final XattrView USER = XattrView.PLAIN.belowOverlay("user.overlay.");

  @ParameterizedTest
  @CsvSource({
    "trusted.overlay.whiteout, trusted.overlay.overlay.whiteout",
    "trusted.overlay.overlay.opaque, trusted.overlay.overlay.overlay.opaque",
    "trusted.overlay., trusted.overlay.overlay.",
    "trusted.overlayfoo, trusted.overlayfoo",
    "trusted.overlay, trusted.overlay",
    "user.overlay.whiteout, user.overlay.whiteout",
    "security.selinux, security.selinux",
    "system.posix_acl_access, system.posix_acl_access",
  })
  void belowOverlay_anyAttribute_isShownSoThatOverlayfsShowsItAsItIs(String key, String shown)
      throws FsException {
    assertThat(TRUSTED.shown(ByteString.utf8(key))).hasToString(shown);
    assertThat(TRUSTED.stored(ByteString.utf8(shown))).hasToString(key);
    assertThat(XattrView.PLAIN.shown(ByteString.utf8(key))).hasToString(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"trusted.overlay.opaque", "trusted.overlay.redirect", "trusted.overlay.overlay"})
  void belowOverlay_orderToOverlayfs_isNotThere(String key) throws FsException {
    assertThat(TRUSTED.stored(ByteString.utf8(key))).isNull();
  }

  @Test
  void belowOverlay_inAUserNamespace_isAboutUserAttributes() throws FsException {
    assertThat(USER.shown(ByteString.utf8("user.overlay.whiteout")))
        .hasToString("user.overlay.overlay.whiteout");
    assertThat(USER.stored(ByteString.utf8("user.overlay.whiteout"))).isNull();
    assertThat(USER.shown(ByteString.utf8("trusted.overlay.whiteout")))
        .hasToString("trusted.overlay.whiteout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"system.posix_acl_access", "system.posix_acl_default"})
  void withoutAcls_acl_isNothingThatThereCouldBe(String key) {
    XattrView view = TRUSTED.withoutAcls();

    assertThat(view.shown(ByteString.utf8(key))).isNull();
    assertThatThrownBy(() -> view.stored(ByteString.utf8(key)))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
    assertThat(view.shown(ByteString.utf8("user.a"))).hasToString("user.a");
  }
}
