package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.FileType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayoutTest {
  @Test
  void header_lastField_endsAtSize() {
    assertThat(HeaderLayout.UNUSED_AT + 16).isEqualTo(HeaderLayout.SIZE).isEqualTo(32);
  }

  @Test
  void superblock_lastField_endsAtSize() {
    assertThat(SuperblockLayout.RESERVED_AT + 23).isEqualTo(SuperblockLayout.SIZE).isEqualTo(128);
    assertThat(SuperblockLayout.INODES_AT).isEqualTo(1152);
  }

  @Test
  void compactInode_lastField_endsAtSize() {
    assertThat(CompactInodeLayout.RESERVED_2_AT + 4)
        .isEqualTo(CompactInodeLayout.SIZE)
        .isEqualTo(32);
    assertThat(InodeLayout.INO_AT + 4).isEqualTo(CompactInodeLayout.UID_AT);
    assertThat(InodeLayout.MODE_AT + 2).isEqualTo(CompactInodeLayout.NLINK_AT);
  }

  @Test
  void extendedInode_lastField_endsAtSize() {
    assertThat(ExtendedInodeLayout.RESERVED_2_AT + 16)
        .isEqualTo(ExtendedInodeLayout.SIZE)
        .isEqualTo(64);
    assertThat(InodeLayout.INO_AT + 4).isEqualTo(ExtendedInodeLayout.UID_AT);
    assertThat(InodeLayout.MODE_AT + 2).isEqualTo(ExtendedInodeLayout.RESERVED_AT);
  }

  @Test
  void dirent_lastField_endsAtSize() {
    assertThat(DirentLayout.RESERVED_AT + 1).isEqualTo(DirentLayout.SIZE).isEqualTo(12);
    assertThat(DirentLayout.PER_BLOCK_MAX).isEqualTo(341);
  }

  @Test
  void cookie_fullestBlock_hasRoomForItsEntries() {
    assertThat(DirectoryReader.COOKIE_ENTRY_MASK).isGreaterThan(DirentLayout.PER_BLOCK_MAX);
  }

  @Test
  void xattr_lastFields_endAtSizes() {
    assertThat(XattrLayout.RESERVED_AT + 7).isEqualTo(XattrLayout.HEADER_SIZE).isEqualTo(12);
    assertThat(XattrLayout.VALUE_LENGTH_AT + 2)
        .isEqualTo(XattrLayout.ENTRY_SIZE)
        .isEqualTo(XattrLayout.SUFFIX_AT);
  }

  @Test
  void xattrAreaSize_count_isInverseOfAreaCount() {
    assertThat(XattrLayout.areaSize(0)).isZero();
    assertThat(XattrLayout.areaSize(1)).isEqualTo(12);
    assertThat(XattrLayout.areaSize(65535)).isEqualTo(12 + 4 * 65534);
    for (int count : new int[] {0, 1, 2, 6, 22, 65535}) {
      assertThat(XattrLayout.areaCount(XattrLayout.areaSize(count))).isEqualTo(count);
    }
  }

  @Test
  void xattrEntrySize_anyLengths_isPaddedToFour() {
    assertThat(XattrLayout.entrySize(0, 0)).isEqualTo(4);
    assertThat(XattrLayout.entrySize(14, 1)).isEqualTo(20);
    assertThat(XattrLayout.entrySize(2, 2)).isEqualTo(8);
    assertThat(XattrLayout.entrySize(255, 65535)).isEqualTo(65796);
  }

  @ParameterizedTest
  @EnumSource
  void direntType_everyType_survivesItsNumber(FileType type) {
    assertThat(DirentLayout.typeOf(DirentLayout.numberOf(type))).isEqualTo(type);
  }

  @Test
  void direntType_numberOfNoType_isNull() {
    assertThat(DirentLayout.typeOf(0)).isNull();
    assertThat(DirentLayout.typeOf(8)).isNull();
    assertThat(DirentLayout.typeOf(255)).isNull();
  }
}
