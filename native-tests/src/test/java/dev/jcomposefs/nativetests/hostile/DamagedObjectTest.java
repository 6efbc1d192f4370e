package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM;
import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.posix.PosixChanges;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** An object that is not what the image says fails its files, and nothing else. */
@ParameterizedClass
@EnumSource
class DamagedObjectTest extends SmallTreeTest {
  private final Driver driver;

  DamagedObjectTest(Driver driver) {
    this.driver = driver;
  }

  @Override
  Map<String, byte[]> more() {
    Map<String, byte[]> perDamage = new HashMap<>();
    for (Damage damage : Damage.values()) {
      perDamage.put(damage.file(), FeatureTree.content(200_000 + perDamage.size()));
    }
    return perDamage;
  }

  @Test
  void read_damagedObjects_failEachAndSayWhy() throws Exception {
    for (Damage damage : Damage.values()) {
      PosixChanges.chmod(tree().objectOf(damage.file()), 0644);
      damage.on(tree().objectOf(damage.file()));
    }
    String[] damaged = Stream.of(Damage.values()).map(Damage::file).toArray(String[]::new);

    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      for (String name : damaged) {
        assertReadFails(mount, name);
      }

      tree().assertServed(mount.point(), damaged);
      JsonNode status = mount.status();
      assertThat(status.path("failed").asLong()).isGreaterThanOrEqualTo(damaged.length);
      for (String name : damaged) {
        assertTold(status, name);
        assertThat(mount.log().lines())
            .describedAs(name)
            .anyMatch(line ->
                line.contains("/" + name + ": ")
                    && line.contains(tree().objectPath(name))
                    && line.contains("EIO"));
      }
    }
  }

  /** A file that has failed is looked at again when it is opened again. */
  @Test
  void read_damageWhileMounted_failsUntilRepaired() throws Exception {
    PosixChanges.chmod(tree().objectOf(VICTIM), 0644);
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      tree().assertServed(mount.point(), VICTIM, "twin");
      Damage.ONE_BIT.on(tree().objectOf(VICTIM));
      assertReadFails(mount, VICTIM);
      assertReadFails(mount, "twin");
      assertTold(mount.status(), VICTIM);
      assertTold(mount.status(), "twin");

      Damage.ONE_BIT.on(tree().objectOf(VICTIM));

      tree().assertServed(mount.point());
    }
  }

  @Test
  void read_objectsGone_failsTheirFilesAndServesTheRest() throws Exception {
    try (Served mount = Served.mount(driver, tree().packed(), scratch())) {
      PosixChanges.removeAll(Posix.path(tree().packed().objects()));

      assertReadFails(mount, VICTIM);
      assertReadFails(mount, "small");
      assertThat(Posix.read(in(mount.point(), "in-the-image")))
          .isEqualTo(tree().content("in-the-image"));
      assertThat(Posix.stat(in(mount.point(), VICTIM)).size()).isEqualTo(SmallTree.VICTIM_SIZE);
    }
  }

  private static void assertReadFails(Served mount, String name) {
    assertThatThrownBy(() -> Posix.read(in(mount.point(), name)))
        .describedAs(name)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
  }

  private void assertTold(JsonNode status, String name) {
    assertThat(status.path("lastFailures").valueStream())
        .describedAs("%s in %s", name, status)
        .anyMatch(failure ->
            failure.path("path").asString().equals("/" + name)
                && failure.path("object").asString().equals(tree().objectPath(name))
                && failure.path("error").asString().equals("EIO")
                && !failure.path("cause").asString().isBlank());
  }
}
