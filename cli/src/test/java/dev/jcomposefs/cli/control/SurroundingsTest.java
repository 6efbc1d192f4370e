package dev.jcomposefs.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
  private static final List<String> MOUNTINFO =
      List.of(
          "23 29 0:21 / /proc rw,nosuid shared:6 - proc proc rw",
          "29 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
          "51 29 0:300 / /mnt ro,nosuid shared:9 - fuse.jcomposefs /a.img ro,user_id=0",
          "52 29 0:45 / /over rw - overlay overlay rw,lowerdir=/x:/mnt/sub,upperdir=/u,workdir=/w",
          "53 29 0:46 / /other rw - overlay overlay rw,lowerdir=/x,upperdir=/u,workdir=/w");

  @Test
  void rootMount_isTheMountOfTheRootDirectory() {
    assertThat(Surroundings.rootMount(MOUNTINFO)).isEqualTo("29");
    assertThat(Surroundings.rootMount(List.of())).isNull();
  }

  @Test
  void ownDevices_areThoseOfJcfsAndOfOverlaysOnIt() {
    // makedev(0, 300) and makedev(0, 45)
    assertThat(Surroundings.ownDevices(MOUNTINFO)).containsExactlyInAnyOrder(0x10002cL, 45L);
  }

  @Test
  void ofThisProcess_twice_isTheSame() throws Exception {
    assertThat(Surroundings.ofThisProcess().id())
        .isEqualTo(Surroundings.ofThisProcess().id())
        .startsWith("mnt:[");
  }

  @Test
  void isServedByJcfs_missingFile_isNot() throws Exception {
    assertThat(Surroundings.ofThisProcess().isServedByJcfs(Path.of("/no/such/file"))).isFalse();
  }
}
