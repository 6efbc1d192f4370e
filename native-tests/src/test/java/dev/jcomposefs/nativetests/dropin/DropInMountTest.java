package dev.jcomposefs.nativetests.dropin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.fixture.Scratch;
import dev.jcomposefs.nativetests.posix.Mounts;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.tree.Aspect;
import dev.jcomposefs.nativetests.tree.TreeComparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mounts by {@code mount.composefs} and {@code composefs-fuse}, of a tree with whiteouts and with
 * attributes that overlayfs would obey, beside those that the kernel makes alone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DropInMountTest {
  /** Changes of every kind that an overlay has its own way for. */
  private static final String CHANGES =
      """
      set -e
      cd "$1"
      printf more >> sizes/5000003
      chmod 640 sizes/4097
      chown 3:4 sizes/65536
      setfattr -n user.new -v value sizes/8192
      mv sizes/131072 moved-file
      mv many moved-directory
      rm -r whiteouts
      mkdir whiteouts
      echo new > whiteouts/new
      rm opaque-whiteouts/gone
      ln sizes/66 linked
      echo x > new-file
      """;

  private static final Duration UNTIL_MOUNTED = Duration.ofSeconds(90);

  private @Nullable Scratch shared;
  private @Nullable Packed packed;
  private @Nullable Scratch scratch;

  @BeforeAll
  void pack() throws Exception {
    Requirement.root();
    Requirement.fuse();
    Requirement.fileSystem("erofs");
    Requirement.fileSystem("overlay");
    Requirement.program("setfattr");
    shared = Scratch.create();
    Path source = shared.directory("source");
    FeatureTree.fill(Posix.path(source));
    FeatureTree.addWhiteouts(Posix.path(source));
    packed = Packed.of(source, shared, "packed");
  }

  @AfterAll
  void removeShared() throws Exception {
    if (shared != null) {
      shared.close();
    }
  }

  @BeforeEach
  void makeScratch() throws Exception {
    scratch = Scratch.create();
  }

  @AfterEach
  void remove() throws Exception {
    scratch().close();
  }

  private Scratch scratch() {
    return Objects.requireNonNull(scratch);
  }

  private Packed packed() {
    return Objects.requireNonNull(packed);
  }

  /** Mounts with {@code mount.composefs} at a new directory. */
  private Path mount(String name, String... options) throws Exception {
    Path point = scratch().directory(name);
    String all = "basedir=" + packed().objects() + "," + String.join(",", options);
    Programs.mustRun("mount.composefs", "-o", all, packed().image().toString(), point.toString());
    return point;
  }

  private String writable(String name) throws Exception {
    return "upperdir=%s,workdir=%s"
        .formatted(scratch().directory(name + "-upper"), scratch().directory(name + "-work"));
  }

  private static List<String> differences(Path expected, Path found) throws Exception {
    return TreeComparison.compare(expected, found, Aspect.DIRECTORY_LINKS, Aspect.FILE_LINKS)
        .differences();
  }

  /** The two upper layers are not made in the same moment, the root among what is in them. */
  private static List<String> differencesButTimes(Path expected, Path found) throws Exception {
    return differences(expected, found).stream()
        .filter(line -> !line.contains(": mtime is"))
        .toList();
  }

  @Test
  void kernelAndFuse_sameImage_showTheSame() throws Exception {
    Path kernel = mount("kernel", "driver=kernel");
    Path fuse = mount("fuse");

    assertThat(differences(kernel, fuse)).isEmpty();
    assertThat(Mounts.below(kernel).getFirst().type()).isEqualTo("overlay");
    assertThat(Mounts.below(kernel).getFirst().options()).contains("ro", "metacopy=on");
    Command.mustRun("umount", fuse.toString());
    Programs.awaitNoProcessOf(fuse);
  }

  @Test
  void kernelAndFuse_writable_showTheSameBeforeAndAfterChanges() throws Exception {
    Path kernel = mount("kernel", "driver=kernel", writable("kernel"));
    Path fuse = mount("fuse", writable("fuse"));
    assertThat(differencesButTimes(kernel, fuse)).isEmpty();

    for (Path point : List.of(kernel, fuse)) {
      Command.mustRun("sh", "-c", CHANGES, "sh", point.toString());
    }

    assertThat(differencesButTimes(kernel, fuse)).isEmpty();
    Command.mustRun("umount", fuse.toString());
    Programs.awaitNoProcessOf(fuse);
  }

  @Test
  void writable_attributesThatOverlayfsObeys_areDataInTheImage() throws Exception {
    Path fuse = mount("fuse", writable("fuse"));
    Map<ByteString, ByteString> marks = Posix.xattrs(Posix.path(fuse.resolve("whiteouts/gone")));

    assertThat(marks.keySet())
        .extracting(ByteString::toString)
        .containsExactlyInAnyOrder("trusted.overlay.whiteout", "user.overlay.whiteout");
  }

  @Test
  void writable_mountedAgain_hasTheChanges() throws Exception {
    String layer = writable("layer");
    Path first = mount("first", layer);
    Files.writeString(first.resolve("new"), "new");
    Files.delete(first.resolve("sizes/4097"));
    Jcfs.mustRun("umount", first.toString());
    Programs.awaitNoProcessOf(first);

    Path second = mount("second", layer, "ro");

    assertThat(second.resolve("new")).hasContent("new");
    assertThat(second.resolve("sizes/4097")).doesNotExist();
    assertThat(Command.run("touch", second.resolve("x").toString()).errors())
        .contains("Read-only file system");
  }

  @Test
  void overlayOfOurs_unmountedFirst_leavesTheMountBelow() throws Exception {
    Path fuse = mount("fuse");
    Path overlay = overlayOn(fuse);

    Command.mustRun("umount", overlay.toString());

    assertThat(fuse.resolve("sizes/66")).hasSize(66);
    Command.mustRun("umount", fuse.toString());
    Programs.awaitNoProcessOf(fuse);
  }

  @Test
  void overlayOfOurs_mountBelowUnmountedFirst_isServedOn() throws Exception {
    Path fuse = mount("fuse");
    Path overlay = overlayOn(fuse);

    Command.mustRun("umount", fuse.toString());

    assertThat(overlay.resolve("sizes/5000003")).hasSize(5_000_003);
    assertThat(Files.readAllBytes(overlay.resolve("sizes/4097")))
        .isEqualTo(Files.readAllBytes(packed().source().resolve("sizes/4097")));
    Command.mustRun("umount", overlay.toString());
    Programs.awaitNoProcessOf(fuse);
  }

  private Path overlayOn(Path lower) throws Exception {
    Path overlay = scratch().directory("overlay");
    Command.mustRun(
        "mount",
        "-t",
        "overlay",
        "-o",
        "lowerdir=%s,%s".formatted(lower, writable("own")),
        "own",
        overlay.toString());
    return overlay;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void composefsFuse_daemon_servesTheSame(boolean foreground) throws Exception {
    Path point = scratch().directory("fuse");
    String options = "source=%s,basedir=%s".formatted(packed().image(), packed().objects());
    Path kernel = mount("kernel", "driver=kernel");
    Process process = null;
    try {
      if (foreground) {
        process =
            new ProcessBuilder(
                    Programs.path("composefs-fuse").toString(),
                    "-f",
                    "-o",
                    options,
                    point.toString())
                .inheritIO()
                .start();
        Process server = process;
        await("the mount")
            .atMost(UNTIL_MOUNTED)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> Mounts.isMounted(point) || !server.isAlive());
      } else {
        Programs.mustRun("composefs-fuse", "-o", options, "-s", point.toString());
      }

      Mounts.Mount mount = Mounts.below(point).getFirst();
      assertThat(mount.type()).isEqualTo("fuse.composefs-fuse");
      assertThat(mount.source()).isEqualTo("composefs-fuse");
      assertThat(mount.options()).contains("ro", "nosuid", "nodev", "default_permissions");
      assertThat(differences(kernel, point)).isEmpty();
      Command.mustRun("umount", point.toString());
      Programs.awaitNoProcessOf(point);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void composefsFuse_noacl_showsNone() throws Exception {
    Requirement.program("getfacl");
    Path point = scratch().directory("fuse");
    Programs.mustRun(
        "composefs-fuse",
        "-o",
        "noacl,source=%s,basedir=%s".formatted(packed().image(), packed().objects()),
        point.toString());

    for (Path path : List.of(Path.of("acls/file"), Path.of("acls/directory"))) {
      assertThat(Posix.xattrs(Posix.path(point.resolve(path))).keySet())
          .noneMatch(key -> key.toString().startsWith("system.posix_acl"));
    }
    Jcfs.mustRun("umount", point.toString());
    Programs.awaitNoProcessOf(point);
  }

  @Test
  void mountOfUtilLinux_typeAndFstab_findTheProgram() throws Exception {
    Path point = scratch().directory("by type");
    Path sbin = scratch().directory("sbin");
    Files.createSymbolicLink(sbin.resolve("mount.composefs"), Programs.path("mount.composefs"));
    Path fstab =
        Files.writeString(
            scratch().path("fstab"),
            "%s %s composefs basedir=%s,ro,noauto 0 0\n"
                .formatted(
                    packed().image(), point.toString().replace(" ", "\\040"), packed().objects()));
    // where nobody else sees it, the program is where mount(8) looks for it
    String script =
        """
        set -e
        mount -t overlay -o lowerdir="$1":/sbin/. sbin /sbin/.
        mount -t composefs -o basedir="$2" "$3" "$4"
        test "$(wc -c < "$4/sizes/66")" = 66
        grep -q ' fuse.jcomposefs ' /proc/self/mounts
        umount "$4"
        mount -T "$5" "$4"
        test "$(wc -c < "$4/sizes/66")" = 66
        umount "$4"
        """;

    Command.Result result =
        Command.run(
            "unshare",
            "--mount",
            "sh",
            "-c",
            script,
            "sh",
            sbin.toString(),
            packed().objects().toString(),
            packed().image().toString(),
            point.toString(),
            fstab.toString());

    assertThat(result.status()).describedAs(result.errors()).isZero();
    Programs.awaitNoProcessOf(point);
  }

  @Test
  void mountComposefs_kernelAndDigestWithoutVerity_isRefused() throws Exception {
    Path point = scratch().directory("mnt");
    Command.Result result =
        Programs.run(
            "mount.composefs",
            "-o",
            "driver=kernel,basedir=%s,digest=%s".formatted(packed().objects(), "ab".repeat(32)),
            packed().image().toString(),
            point.toString());

    assertThat(result.errors())
        .isEqualTo(
            "mount.composefs: Failed to mount composefs %s: Image has no fs-verity\n\n"
                .formatted(packed().image()));
    assertThat(result.status()).isEqualTo(1);
    assertThat(Mounts.isMounted(point)).isFalse();
  }
}
