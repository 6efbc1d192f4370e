package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM;
import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM_SIZE;
import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.OpenFile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An object is hashed once per mount, however often its files are opened. */
@ParameterizedClass
@EnumSource
class HashCountTest extends SmallTreeTest {
  private final Driver driver;

  HashCountTest(Driver driver) {
    this.driver = driver;
  }

  @Test
  void hashed_filesOpenedAgainAndAgain_countsEachObjectOnce() throws Exception {
    int times = 20;
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      for (int i = 0; i < times; i++) {
        tree().assertServed(mount.point());
      }

      assertThat(mount.status().at("/objects/hashed").asLong()).isEqualTo(tree().objects());
      assertThat(mount.status().at("/objects/verifiedByJcfs").asLong())
          .isGreaterThanOrEqualTo(tree().external());
      assertThat(mount.status().path("failed").asLong()).isZero();
    }
  }

  @Test
  void hashed_manyOpenAtOnce_countsTheObjectOnce() throws Exception {
    int openers = 32;
    CyclicBarrier together = new CyclicBarrier(openers);
    List<Callable<byte[]>> all = new ArrayList<>();
    try (Served mount = Served.mount(driver, tree().packed(), scratch());
        ExecutorService threads = Executors.newFixedThreadPool(openers)) {
      for (int i = 0; i < openers; i++) {
        String name = i % 2 == 0 ? VICTIM : "twin";
        all.add(() -> {
          together.await();
          try (OpenFile file = OpenFile.open(in(mount.point(), name), OpenFile.READ_ONLY)) {
            return file.read(0, VICTIM_SIZE);
          }
        });
      }
      for (Future<byte[]> read : threads.invokeAll(all)) {
        assertThat(read.get()).isEqualTo(tree().content(VICTIM));
      }

      assertThat(mount.status().at("/objects/hashed").asLong()).isEqualTo(1);
    }
  }
}
