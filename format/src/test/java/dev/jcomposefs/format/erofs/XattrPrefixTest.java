package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XattrPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "user.k, 1, k",
    "user., 1, ''",
    "user, 0, user",
    "system.posix_acl_access, 2, ''",
    "system.posix_acl_accessible, 2, ible",
    "system.posix_acl_default, 3, ''",
    "system.posix_acl, 0, system.posix_acl",
    "trusted.overlay.opaque, 4, overlay.opaque",
    "lustre.x, 5, x",
    "security.selinux, 6, selinux",
    "other.x, 0, other.x",
  })
  void indexOf_key_isFirstMatchingPrefix(String key, int index, String suffix) {
    ByteString bytes = ByteString.utf8(key);
    assertThat(XattrPrefix.indexOf(bytes)).isEqualTo(index);
    assertThat(bytes.substring(XattrPrefix.text(index).length()))
        .isEqualTo(ByteString.utf8(suffix));
  }
}
