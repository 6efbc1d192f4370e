package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.SharedTrees;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** A file whose offsets need more than 32 bits. */
@EnumSource(names = {"KERNEL", "JNR", "DEV"})
class MountedSparseFileTest extends MountedTest {
  @Override
  Packed tree() throws Exception {
    return SharedTrees.sparse();
  }

  @Test
  void stat_sparseFile_hasItsWholeSize() throws Exception {
    assertThat(Posix.stat(found("sparse")).size()).isEqualTo(FeatureTree.SPARSE_SIZE);
  }

  @Test
  void read_around4GiBAndAtTheEnd_givesTheBytesThere() throws Exception {
    long border = 1L << 32;
    byte[] around = FeatureTree.content(8192);
    try (OpenFile file = OpenFile.open(found("sparse"), OpenFile.READ_ONLY)) {
      assertThat(file.read(border - 4096, 8192)).isEqualTo(around);
      assertThat(file.read(border, 100)).isEqualTo(Arrays.copyOfRange(around, 4096, 4196));
      assertThat(file.read(1L << 31, 100)).isEqualTo(new byte[100]);
      assertThat(file.read(FeatureTree.SPARSE_SIZE - 3, 100)).isEqualTo(FeatureTree.content(3));
      assertThat(file.read(FeatureTree.SPARSE_SIZE, 100)).isEmpty();
    }
  }

  @Test
  void mount_sparseFile_isLikeItsSource() throws Exception {
    assertThat(TreeComparison.compare(source(), point()).differences()).isEmpty();
  }
}
