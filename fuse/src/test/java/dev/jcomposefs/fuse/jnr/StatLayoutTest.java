package dev.jcomposefs.fuse.jnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.image.Inode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatLayoutTest {
  private static final Inode INODE =
      new Inode()
          .set(77, 0100755, 3, 0xfffffffe, 0x80000001, 0x00100fff, 0x1_0000_0001L, -2, 123_456_789);

  private static String hex(StatLayout layout, Inode inode) {
    byte[] stat = new byte[layout.size + 2];
    Arrays.fill(stat, (byte) 0xee);
    layout.write(0x1122334455667788L, inode, MemorySegment.ofArray(stat), 1);
    assertThat(stat[0]).isEqualTo((byte) 0xee);
    assertThat(stat[layout.size + 1]).isEqualTo((byte) 0xee);
    assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    return HexFormat.of().formatHex(stat, 1, layout.size + 1);
  }

  @Test
  void write_onX86_isTheCLibrarysStruct() {
    assertThat(hex(StatLayout.X86_64, INODE))
        .isEqualTo(
            "0000000000000000" // st_dev
                + "8877665544332211" // st_ino
                + "0300000000000000" // st_nlink
                + "ed810000" // st_mode
                + "feffffff" // st_uid
                + "01000080" // st_gid
                + "00000000" // padding
                + "ff0f100000000000" // st_rdev
                + "0100000001000000" // st_size
                + "0010000000000000" // st_blksize
                + "0800800000000000" // st_blocks
                + "feffffffffffffff"
                + "15cd5b0700000000" // st_atim
                + "feffffffffffffff"
                + "15cd5b0700000000" // st_mtim
                + "feffffffffffffff"
                + "15cd5b0700000000" // st_ctim
                + "00".repeat(24)); // reserved
  }

  @Test
  void write_onAarch64_isTheCLibrarysStruct() {
    assertThat(hex(StatLayout.AARCH64, INODE))
        .isEqualTo(
            "0000000000000000" // st_dev
                + "8877665544332211" // st_ino
                + "ed810000" // st_mode
                + "03000000" // st_nlink
                + "feffffff" // st_uid
                + "01000080" // st_gid
                + "ff0f100000000000" // st_rdev
                + "0000000000000000" // padding
                + "0100000001000000" // st_size
                + "00100000" // st_blksize
                + "00000000" // padding
                + "0800800000000000" // st_blocks
                + "feffffffffffffff"
                + "15cd5b0700000000" // st_atim
                + "feffffffffffffff"
                + "15cd5b0700000000" // st_mtim
                + "feffffffffffffff"
                + "15cd5b0700000000" // st_ctim
                + "00".repeat(8)); // reserved
  }

  @ParameterizedTest
  @EnumSource
  void write_moreNanosecondsThanASecondHas_areCut(StatLayout layout) {
    Inode inode = new Inode().set(9, 0100644, 1, 0, 0, 0, 0, 5, -1);
    String nanos = hex(layout, inode).substring(2 * (StatLayout.MODIFIED_AT + 8)).substring(0, 16);

    assertThat(nanos).isEqualTo("ffc99a3b00000000"); // 999,999,999
  }

  @ParameterizedTest
  @CsvSource({"amd64, X86_64", "x86_64, X86_64", "aarch64, AARCH64"})
  void of_architectureByItsName_isItsLayout(String name, StatLayout expected) {
    assertThat(StatLayout.of(name)).isEqualTo(expected);
  }

  @Test
  void of_architectureWithoutALayout_isRefused() {
    assertThatThrownBy(() -> StatLayout.of("riscv64"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("architecture is riscv64, expected x86-64 or aarch64");
  }
}
