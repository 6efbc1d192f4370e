package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XattrFilterTest {
  /** Values of the reference implementation. */
  @ParameterizedTest
  @CsvSource({
    "1, k, 55a66bce, 14",
    "4, overlay.opaque, 4ce0a7f4, 20",
    "4, overlay.metacopy, dbe5e05f, 31",
    "4, overlay.redirect, 887ec271, 17",
    "6, selinux, 9490146b, 11",
    "2, '', 0857597e, 30",
    "3, '', 59eeabb5, 21",
    "1, abcdefghijklmnopqrstuvwxyz, 61c81cbb, 27",
  })
  void hash_knownKey_isThatOfTheReference(int prefix, String suffix, String hash, int bit) {
    ByteString bytes = ByteString.utf8(suffix);
    int found = XattrFilter.hash(prefix, bytes.asSegment(), 0, bytes.length());
    assertThat(found).isEqualTo(Integer.parseUnsignedInt(hash, 16));
    assertThat(XattrFilter.bit(prefix, bytes)).isEqualTo(1 << bit);
  }

  @ParameterizedTest
  @CsvSource({"overlay.opaque, ffefffff"})
  void bit_clearedInEmptyFilter_isFilterOfThatKeyAlone(String suffix, String filter) {
    int cleared = XattrFilter.EMPTY & ~XattrFilter.bit(4, ByteString.utf8(suffix));
    assertThat(cleared).isEqualTo(Integer.parseUnsignedInt(filter, 16));
  }
}
