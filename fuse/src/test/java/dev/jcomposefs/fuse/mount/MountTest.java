package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.mount.MountTable.Entry;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Mounting real images. */
@Timeout(300)
@ParameterizedClass
@EnumSource(DriverChoice.class)
class MountTest {
  private static final byte[] CONTENT =
      "content of a file".repeat(1000).getBytes(StandardCharsets.UTF_8);

  private final DriverChoice driver;

  @TempDir Path directory;

  private ImageDirectory images;
  private MountOptions options;
  private Digest digest;
  private Path object;

  MountTest(DriverChoice driver) {
    this.driver = driver;
  }

  @BeforeEach
  void prepare() throws IOException {
    Mounting.assumePossible();
    images = new ImageDirectory(directory);
    images.line("/dir 0 40755 1 0 0 0 1000.0 - - -");
    images.line("/dir/small 5 100644 1 0 0 0 1000.5 - small -");
    object = images.object("/dir/large", CONTENT);
    digest = images.write();
    options = MountOptions.DEFAULT.withBaseDirectories(images.objects).withDriver(driver);
  }

  @AfterEach
  void clear() throws IOException {
    if (images != null) {
      Mounting.clear(images.mountPoint);
    }
  }

  private Mount mount(MountOptions options) throws IOException {
    try {
      return Mount.open(images.image, images.mountPoint, options);
    } catch (FsException e) {
      Mounting.assumePermitted(e);
      throw e;
    }
  }

  private static void assertErrno(Errno expected, Throwable failure) {
    assertThat(failure).isInstanceOf(FsException.class);
    assertThat(((FsException) failure).errno()).as(failure.getMessage()).isEqualTo(expected);
  }

  private boolean isMounted() throws IOException {
    Entry entry = MountTable.at(images.mountPoint);
    return entry != null && entry.isComposefs();
  }

  @Test
  void open_image_answersAtOnce() throws Exception {
    try (Mount mount = mount(options)) {
      assertThat(mount.mountPoint()).isEqualTo(images.mountPoint);
      assertThat(OtherProcess.shell("cat \"$1\"/dir/*", images.mountPoint).output())
          .isEqualTo(new String(CONTENT, StandardCharsets.UTF_8) + "small");
    }
    assertThat(isMounted()).isFalse();
  }

  @Test
  void open_withItsDigest_requiresIt() throws Exception {
    MountOptions required = MountOptions.parse("noobjects,digest=%s".formatted(digest));
    try (Mount mount = mount(required)) {
      assertThat(mount.status().options().content().digest()).isEqualTo(digest);
    }
    Digest other = Digest.parse("00".repeat(32));
    assertThatThrownBy(() -> mount(MountOptions.DEFAULT.withDigest(other)))
        .isInstanceOf(FsException.class)
        .hasMessageContaining(digest.toHex())
        .hasMessageContaining(other.toHex());
    assertThat(isMounted()).isFalse();
  }

  @Test
  void status_afterReads_countsThem() throws Exception {
    try (Mount mount = mount(options)) {
      OtherProcess.shell("cat \"$1\"/dir/* \"$1\"/dir/*", images.mountPoint);

      MountState status = mount.status();
      assertThat(status.mountPoint()).isEqualTo(images.mountPoint);
      assertThat(status.image()).isEqualTo(images.image);
      assertThat(status.options().content()).isEqualTo(options.content());
      if (driver == DriverChoice.JNR) {
        assertThat(status.driver()).isEqualTo("jnr");
        assertThat(status.dataPath()).isEqualTo(Driver.DataPath.COPY);
        assertThat(status.requests()).isEmpty();
        assertThat(status.counts().opened()).isEqualTo(2);
      } else {
        assertThat(status.driver()).isEqualTo("dev");
        assertThat(status.dataPath()).isIn(Driver.DataPath.PASSTHROUGH, Driver.DataPath.NO_OPEN);
        assertThat(status.requests()).containsKeys("init", "getattr", "readdirplus", "open");
        // the second time it is still open
        assertThat(status.counts().opened()).isEqualTo(1);
      }
      assertThat(status.counts().unverified()).isZero();
      assertThat(status.failed()).isZero();
      assertThat(status.lastFailures()).isEmpty();
    }
  }

  @Test
  void read_missingObject_failsAndIsReported() throws Exception {
    Files.delete(object);
    try (Mount mount = mount(options)) {
      assertThat(OtherProcess.run("cat", images.mountPoint + "/dir/large").output())
          .isEqualTo("cat: %s/dir/large: Input/output error\n".formatted(images.mountPoint));

      assertThat(mount.status().failed()).isEqualTo(1);
      assertThat(mount.status().lastFailures().getFirst().path())
          .isEqualTo(ByteString.utf8("/dir/large"));
      assertThat(mount.status().lastFailures().getFirst().object())
          .isEqualTo(images.objects.relativize(object).toString());
    }
  }

  @Test
  void open_imageRemovedAfterwards_goesOn() throws Exception {
    try (Mount mount = mount(options)) {
      Files.delete(images.image);
      assertThat(OtherProcess.output("cat", mount.mountPoint() + "/dir/small")).isEqualTo("small");
    }
  }

  @Test
  void open_noImage_isRefused() throws IOException {
    Files.writeString(images.image, "something else");

    assertThatThrownBy(() -> mount(options)).isInstanceOf(FsException.class);
    assertThat(isMounted()).isFalse();
  }

  @Test
  void open_cutImage_isCorrupt() throws IOException {
    byte[] bytes = Files.readAllBytes(images.image);
    Files.write(images.image, Arrays.copyOf(bytes, 1200));

    assertThatThrownBy(() -> mount(options)).isInstanceOf(CorruptImageException.class);
    assertThat(isMounted()).isFalse();
  }

  @Test
  void open_missingBaseDirectory_isRefused() throws IOException {
    MountOptions wrong = MountOptions.DEFAULT.withBaseDirectories(directory.resolve("nowhere"));

    assertThatThrownBy(() -> mount(wrong))
        .satisfies(e -> assertErrno(Errno.ENOENT, e))
        .hasMessageContaining(directory.resolve("nowhere").toString());
    assertThat(isMounted()).isFalse();
  }

  @Test
  void open_missingMountPoint_isRefused() {
    Path nowhere = directory.resolve("nowhere");

    assertThatThrownBy(() -> Mount.open(images.image, nowhere, options))
        .satisfies(e -> assertErrno(Errno.ENOENT, e))
        .hasMessage("mount point '%s': No such file or directory".formatted(nowhere));
  }

  @Test
  void open_mountPointThatIsAFile_isRefused() {
    assertThatThrownBy(() -> Mount.open(images.image, images.image, options))
        .satisfies(e -> assertErrno(Errno.ENOTDIR, e))
        .hasMessage(
            "mount point '%s': found regular file, expected directory".formatted(images.image));
  }

  @Test
  void open_imageInsideTheMountPoint_isRefused() {
    assertThatThrownBy(() -> Mount.open(images.image, directory, options))
        .satisfies(e -> assertErrno(Errno.EINVAL, e))
        .hasMessageEndingWith(": image '%s' is inside it".formatted(images.image));
  }

  @Test
  void open_baseDirectoryThatIsTheMountPoint_isRefused() {
    assertThatThrownBy(() -> Mount.open(images.image, images.objects, options))
        .satisfies(e -> assertErrno(Errno.EINVAL, e))
        .hasMessageEndingWith(": base directory '%s' is inside it".formatted(images.objects));
  }

  @Test
  void open_mountPointBySymbolicLink_isItsTarget() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), images.mountPoint);
    try (Mount mount = Mount.open(images.image, link, options)) {
      assertThat(mount.mountPoint()).isEqualTo(images.mountPoint);
      Mount.unmount(link, false);
      mount.awaitEnd();
    } catch (FsException e) {
      Mounting.assumePermitted(e);
    }
    assertThat(isMounted()).isFalse();
  }

  private void assertSaidToBeDead() {
    assertThatThrownBy(() -> mount(options))
        .satisfies(e -> assertErrno(Errno.ENOTCONN, e))
        .hasMessage(
            "mount point '%s': its server has died; unmount it first".formatted(images.mountPoint));
  }

  @Test
  void open_overAMountThatNobodyServes_saysSo() throws Exception {
    try {
      KernelMount.mount(images.mountPoint, options.kernel()).close();
    } catch (FsException e) {
      Mounting.assumePermitted(e);
    }
    assertSaidToBeDead();
  }

  @Test
  void open_overAMountWhoseServerWasKilled_saysSo() throws Exception {
    try (ServerProcess server = new ServerProcess(images)) {
      OtherProcess.output("ls", images.mountPoint.toString());
      server.kill();
    }
    assertSaidToBeDead();

    Mount.unmount(images.mountPoint, false);
    try (Mount mount = mount(options)) {
      assertThat(mount.status().failed()).isZero();
    }
  }

  @Test
  void close_whileAFileIsOpen_letsItBeReadToTheEnd() throws Exception {
    String script = "exec 3< \"$1/dir/large\"; echo open; read go; cat <&3";
    Mount mount = mount(options);
    Process reader =
        new ProcessBuilder("sh", "-c", script, "sh", images.mountPoint.toString()).start();
    try (BufferedReader output = reader.inputReader();
        BufferedWriter input = reader.outputWriter()) {
      assertThat(output.readLine()).isEqualTo("open");
      mount.close();
      assertThat(isMounted()).isFalse();

      input.write("go\n");
      input.flush();
      assertThat(output.readLine()).isEqualTo(new String(CONTENT, StandardCharsets.UTF_8));
      mount.awaitEnd();
    } finally {
      reader.destroyForcibly();
    }
  }

  @Test
  void close_twice_isOnce() throws Exception {
    Mount mount = mount(options);
    mount.close();
    mount.close();
    mount.awaitEnd();
    assertThat(isMounted()).isFalse();
  }

  @Test
  void awaitEnd_unmountedBySomebodyElse_returns() throws Exception {
    Mount mount = mount(options);
    Mount.unmount(images.mountPoint, false);
    mount.awaitEnd();
    mount.close();
  }

  @Test
  void unmount_ofWhatIsNotOurs_isRefused() {
    assertThatThrownBy(() -> Mount.unmount(Path.of("/proc"), false))
        .satisfies(e -> assertErrno(Errno.EINVAL, e))
        .hasMessage("unmount '/proc': found a mount of type proc, expected fuse.jcomposefs");
    assertThatThrownBy(() -> Mount.unmount(images.mountPoint, false))
        .hasMessage("unmount '%s': nothing is mounted there".formatted(images.mountPoint));
  }

  @Test
  void fusermount_asRoot_mountsAsWell() throws Exception {
    OtherProcess.assumeInstalled("fusermount3");
    assumeTrue(Mounting.isRoot(), "ordinary users mount this way in every other test");
    try (Fd device =
        Fusermount.mount(
            images.mountPoint, KernelMount.helperOptions(options.withFsName("a,b").kernel()))) {
      assertThat(device.isClosed()).isFalse();
      assertThat(OtherProcess.output("findmnt", "-no", "SOURCE", images.mountPoint.toString()))
          .isEqualTo("a,b\n");
      Fusermount.unmount(images.mountPoint, false);
    }
    assertThat(isMounted()).isFalse();
  }

  @Test
  void fusermount_optionItDoesNotKnow_isSaidInItsWords() throws Exception {
    OtherProcess.assumeInstalled("fusermount3");

    assertThatThrownBy(() -> Fusermount.mount(images.mountPoint, "colour=red"))
        .satisfies(e -> assertErrno(Errno.EPERM, e))
        .hasMessageContaining("unknown option")
        .hasMessageContaining("colour=red");
  }

  private MountOptions writable() throws IOException {
    assumeTrue(Mounting.isRoot(), "overlayfs is root's");
    return MountOptions.DEFAULT
        .withBaseDirectories(images.objects)
        .withDriver(driver)
        .withUpperDirectory(Files.createDirectory(directory.resolve("upper")))
        .withWorkDirectory(Files.createDirectory(directory.resolve("work")));
  }

  @Test
  void open_withWritableLayer_takesChangesAndEndsWithTheOverlay() throws Exception {
    Path large = images.mountPoint.resolve("dir/large");
    try (Mount mount = mount(writable())) {
      assertThat(
              OtherProcess.shell(
                      "printf x >> \"$1\" && rm -r \"$2\"",
                      large.toString(),
                      images.mountPoint.resolve("dir/small").toString())
                  .status())
          .isZero();
      assertThat(OtherProcess.output("cat", large.toString()))
          .isEqualTo(new String(CONTENT, StandardCharsets.UTF_8) + "x");
      assertThat(Files.size(directory.resolve("upper/dir/large"))).isEqualTo(CONTENT.length + 1);

      Mount.unmount(images.mountPoint, false);
      mount.awaitEnd();
    }
    assertThat(Files.readAllBytes(object)).isEqualTo(CONTENT);
  }

  @Test
  void open_withWritableLayerThatIsMissing_leavesNothing() throws Exception {
    MountOptions wanted = writable().withUpperDirectory(directory.resolve("missing"));

    assertThatThrownBy(() -> mount(wanted)).satisfies(e -> assertErrno(Errno.ENOENT, e));
    assertThat(isMounted()).isFalse();
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(images.image.toString());
  }

  @Test
  void open_withOwnersMapped_showsThoseOfTheNamespace() throws Exception {
    assumeTrue(Mounting.isRoot(), "mapping owners is root's");
    Process holder = new ProcessBuilder("unshare", "--user", "sleep", "60").start();
    try {
      Path namespace = Path.of("/proc", Long.toString(holder.pid()), "ns/user");
      while (Files.isSameFile(namespace, Path.of("/proc/self/ns/user"))) {
        assertThat(holder.isAlive()).isTrue();
      }
      for (String map : new String[] {"uid_map", "gid_map"}) {
        Files.writeString(Path.of("/proc", Long.toString(holder.pid()), map), "0 100000 1000\n");
      }
      MountOptions wanted =
          MountOptions.DEFAULT
              .withBaseDirectories(images.objects)
              .withDriver(driver)
              .withUserNamespace(namespace);
      if (driver == DriverChoice.JNR) {
        assertThatThrownBy(() -> mount(wanted))
            .hasMessage("option 'idmap': driver jnr does not have this");
        return;
      }
      try (Mount _ = mount(wanted)) {
        assertThat(
                OtherProcess.output(
                    "stat", "-c", "%u:%g", images.mountPoint.resolve("dir/large").toString()))
            .isEqualTo("100000:100000\n");
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void open_filesNeedObjectsAndThereAreNone_isRefused() throws Exception {
    MountOptions wanted = MountOptions.DEFAULT.withDriver(driver);

    assertThatThrownBy(() -> mount(wanted))
        .satisfies(e -> assertErrno(Errno.EINVAL, e))
        .hasMessageContaining("'large'")
        .hasMessageContaining("basedir=");
    assertThat(isMounted()).isFalse();
    try (Mount _ = mount(wanted.withoutObjects(true))) {
      assertThat(OtherProcess.output("cat", images.mountPoint.resolve("dir/small").toString()))
          .isEqualTo("small");
    }
  }
}
