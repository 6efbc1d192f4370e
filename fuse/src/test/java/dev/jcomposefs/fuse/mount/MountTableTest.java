package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.fuse.mount.MountTable.Entry;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTableTest {
  private static final String MOUNTINFO =
      """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      23 22 0:21 / /proc rw,nosuid - proc proc rw
      40 22 0:39 / /mnt/a\\040b ro,nosuid shared:7 master:2 - fuse.jcomposefs x.cfs ro,user_id=0
      41 22 0:40 / /mnt/c\\134d ro - tmpfs - rw
      42 22 0:41 / /mnt/twice rw - tmpfs tmpfs rw
      43 42 0:42 / /mnt/twice ro - fuse.jcomposefs y.cfs ro
      44 22 0:43 / /mnt/\u00e9 ro - overlay o ro
      broken line
      """;

  @ParameterizedTest
  @CsvSource({
    "/, ext4",
    "/proc, proc",
    "/mnt/a b, fuse.jcomposefs",
    "/mnt/c\\d, tmpfs",
    "/mnt/twice, fuse.jcomposefs",
    "/mnt,",
    "/mnt/a, "
  })
  void at_directory_isTheUppermostMount(String directory, String type) {
    Entry entry = MountTable.at(ByteString.utf8(directory), MOUNTINFO);

    assertThat(entry == null ? null : entry.type()).isEqualTo(type);
  }

  @Test
  void at_directory_hasTheDeviceOfTheUppermostMount() {
    assertThat(MountTable.at(ByteString.utf8("/mnt/twice"), MOUNTINFO))
        .isEqualTo(new Entry("fuse.jcomposefs", "y.cfs", "0:42"));
  }

  @Test
  void at_nameThatIsNoText_isFoundByItsBytes() {
    ByteString name = ByteString.copyOf(new byte[] {'/', 'm', 'n', 't', '/', (byte) 0xe9});

    assertThat(MountTable.at(name, MOUNTINFO)).isEqualTo(new Entry("overlay", "o", "0:43"));
  }

  @Test
  void at_procOfThisSystem_isProc() throws IOException {
    Entry proc = MountTable.at(Path.of("/proc"));

    assertThat(proc == null ? null : proc.type()).isEqualTo("proc");
  }

  @ParameterizedTest
  @CsvSource({
    "fuse.jcomposefs, x.cfs, true",
    "fuse.composefs-fuse, composefs-fuse, true",
    "overlay, composefs, true",
    "overlay, overlay, false",
    "ext4, composefs, false",
    "fuse.sshfs, composefs, false"
  })
  void isComposefs_otherMounts_areNot(String type, String source, boolean expected) {
    assertThat(new Entry(type, source, "0:1").isComposefs()).isEqualTo(expected);
  }
}
