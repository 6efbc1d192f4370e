package dev.jcomposefs.cli.info;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.info.ImageInfo.InodeCounts;
import dev.jcomposefs.cli.info.ImageInfo.SuperblockInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class InfoJsonTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static ImageInfo info(@Nullable SuperblockInfo superblock) {
    InodeCounts inodes = new InodeCounts(1, 2, 3, 4, 5, 6, 7);
    return new ImageInfo(
        "a\n\"b\"\\ü.img", 8, "ab", superblock, inodes, 9, 10, 11, 12, 13, 1L << 40, true, false);
  }

  @Test
  void of_erofs_isWhatAMapperMakesOfTheRecord() {
    ImageInfo info = info(new SuperblockInfo(1, 36, 40, 6, 1_700_000_000));
    assertThat(InfoJson.of(info)).isEqualTo(MAPPER.writeValueAsString(info));
  }

  @Test
  void of_noSuperblock_isWhatAMapperMakesOfTheRecord() {
    assertThat(InfoJson.of(info(null))).isEqualTo(MAPPER.writeValueAsString(info(null)));
  }
}
