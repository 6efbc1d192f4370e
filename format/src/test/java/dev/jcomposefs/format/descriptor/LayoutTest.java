package dev.jcomposefs.format.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void superblock_lastField_endsAtSize() {
    assertThat(SuperblockLayout.UNUSED_AT + 112)
        .isEqualTo(SuperblockLayout.SIZE)
        .isEqualTo((int) InodeLayout.TABLE_AT)
        .isEqualTo(128);
  }

  @Test
  void inode_fields_followEachOtherUpToSize() {
    assertThat(InodeLayout.FILE_SIZE_AT + 8).isEqualTo(InodeLayout.MTIME_AT);
    assertThat(InodeLayout.CTIME_NANOS_AT + 4).isEqualTo(InodeLayout.VARIABLE_DATA_AT);
    assertThat(InodeLayout.VARIABLE_DATA_AT + ReferenceLayout.SIZE)
        .isEqualTo(InodeLayout.XATTRS_AT);
    assertThat(InodeLayout.XATTRS_AT + ReferenceLayout.SIZE).isEqualTo(InodeLayout.DIGEST_AT);
    assertThat(InodeLayout.DIGEST_AT + ReferenceLayout.SIZE).isEqualTo(InodeLayout.UNUSED_AT);
    assertThat(InodeLayout.UNUSED_AT + 8).isEqualTo(InodeLayout.SIZE).isEqualTo(96);
  }

  @Test
  void reference_lastField_endsAtSize() {
    assertThat(ReferenceLayout.LENGTH_AT + 4).isEqualTo(ReferenceLayout.SIZE).isEqualTo(12);
  }

  @Test
  void directory_lastFields_endAtSizes() {
    assertThat(DirectoryLayout.COUNT_AT + 4).isEqualTo(DirectoryLayout.ENTRIES_AT);
    assertThat(DirectoryLayout.PADDING_AT + 2).isEqualTo(DirectoryLayout.ENTRY_SIZE).isEqualTo(12);
  }

  @Test
  void xattr_lastFields_endAtSizes() {
    assertThat(XattrLayout.COUNT_AT + 2).isEqualTo(XattrLayout.ELEMENTS_AT);
    assertThat(XattrLayout.VALUE_LENGTH_AT + 2).isEqualTo(XattrLayout.ELEMENT_SIZE);
  }
}
