package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {
  /**
   * One struct.
   *
   * @param end where its last field ends
   * @param padding unused bytes behind it
   * @param size as the kernel's header has it
   */
  record Struct(String name, int end, int padding, int size, int declared) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Struct> structs() {
    return Stream.of(
        struct("fuse_in_header", InHeaderLayout.EXTENSIONS_AT + 2, 2, 40, InHeaderLayout.SIZE),
        struct("fuse_out_header", OutHeaderLayout.UNIQUE_AT + 8, 0, 16, OutHeaderLayout.SIZE),
        struct("fuse_init_in", InitInLayout.FLAGS2_AT + 4, 44, 64, InitInLayout.SIZE),
        struct("fuse_init_out", InitOutLayout.REQUEST_TIMEOUT_AT + 2, 22, 64, InitOutLayout.SIZE),
        struct("fuse_attr", AttrLayout.FLAGS_AT + 4, 0, 88, AttrLayout.SIZE),
        struct("fuse_attr_out", AttrOutLayout.ATTR_AT + 88, 0, 104, AttrOutLayout.SIZE),
        struct("fuse_entry_out", EntryOutLayout.ATTR_AT + 88, 0, 128, EntryOutLayout.SIZE),
        struct("fuse_dirent", DirentLayout.TYPE_AT + 4, 0, 24, DirentLayout.SIZE),
        struct("fuse_read_in", ReadInLayout.FLAGS_AT + 4, 4, 40, ReadInLayout.SIZE),
        struct("fuse_open_in", OpenInLayout.OPEN_FLAGS_AT + 4, 0, 8, OpenInLayout.SIZE),
        struct("fuse_open_out", OpenOutLayout.BACKING_ID_AT + 4, 0, 16, OpenOutLayout.SIZE),
        struct("fuse_getxattr_in", XattrInLayout.SIZE_AT + 4, 4, 8, XattrInLayout.SIZE),
        struct("fuse_getxattr_out", XattrOutLayout.SIZE_AT + 4, 4, 8, XattrOutLayout.SIZE),
        struct("fuse_kstatfs", StatfsOutLayout.FRAGMENT_SIZE_AT + 4, 28, 80, StatfsOutLayout.SIZE),
        struct("fuse_lseek_in", LseekInLayout.WHENCE_AT + 4, 4, 24, LseekInLayout.SIZE),
        struct("fuse_lseek_out", LseekOutLayout.OFFSET_AT + 8, 0, 8, LseekOutLayout.SIZE),
        struct("fuse_ioctl_in", IoctlInLayout.OUT_SIZE_AT + 4, 0, 32, IoctlInLayout.SIZE),
        struct("fuse_ioctl_out", IoctlOutLayout.OUT_IOVS_AT + 4, 0, 16, IoctlOutLayout.SIZE),
        struct("fuse_interrupt_in", InterruptInLayout.UNIQUE_AT + 8, 0, 8, InterruptInLayout.SIZE));
  }

  private static Struct struct(String name, int end, int padding, int size, int declared) {
    return new Struct(name, end, padding, size, declared);
  }

  @ParameterizedTest
  @MethodSource("structs")
  void size_ofEachStruct_isThatOfTheKernelAndWhereItsFieldsEnd(Struct struct) {
    assertThat(struct.declared()).isEqualTo(struct.size());
    assertThat(struct.end() + struct.padding()).isEqualTo(struct.size());
  }
}
