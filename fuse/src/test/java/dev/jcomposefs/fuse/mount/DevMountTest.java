package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.FixtureImage;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only the driver on /dev/fuse can do, behind a real mount. */
@Timeout(300)
class DevMountTest {
  private static final byte[] CONTENT =
      "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.US_ASCII);

  @TempDir Path directory;

  private final FixtureImage image = new FixtureImage();
  private final FixtureImage.Node root = image.rootNode();
  private Path base;
  private Path mountPoint;
  private Path object;

  @BeforeEach
  void prepare() throws IOException {
    Mounting.assumePossible();
    base = Files.createDirectory(directory.resolve("objects"));
    mountPoint = Files.createDirectory(directory.resolve("mount")).toRealPath();
    try (FixtureObjects objects = new FixtureObjects(base)) {
      object = objects.add(image, root, "file", CONTENT);
    }
  }

  @AfterEach
  void clear() throws IOException {
    if (mountPoint != null) {
      Mounting.clear(mountPoint);
    }
  }

  private MountedFixture mount(DriverUnderTest driver) throws IOException {
    return new MountedFixture(driver, image, base, mountPoint);
  }

  /** A shell that has the file open as descriptor 3, and does what it is told line by line. */
  private Process reader() throws IOException {
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "exec 3< \"$1\"; echo open; while read -r l; do eval \"$l\"; done",
                "sh",
                mountPoint + "/file")
            .redirectErrorStream(true)
            .start();
    assertThat(line(shell)).isEqualTo("open");
    return shell;
  }

  private static String line(Process shell) throws IOException {
    BufferedReader lines = shell.inputReader();
    return lines.readLine();
  }

  private static String tell(Process shell, String command) throws IOException {
    shell.outputWriter().write(command + "\n");
    shell.outputWriter().flush();
    return line(shell);
  }

  private void assumePassthrough(MountedFixture mounted) throws Exception {
    OtherProcess.output("cat", mountPoint + "/file");
    assumeTrue(
        mounted.driver().dataPath() == DataPath.PASSTHROUGH,
        "this kernel, or this user, has no passthrough");
  }

  @Test
  void find_again_asksNothing() throws Exception {
    image.directory(image.directory(root, "a"), "b");
    image.symlink(root, "link", ByteString.utf8("file"));
    try (MountedFixture mounted = mount(DriverUnderTest.DEV_COPY)) {
      String look = "find \"$1\" -size +1c > /dev/null; readlink \"$1/link\"; stat \"$1/absent\"";
      OtherProcess.shell(look, mountPoint);
      Map<String, Long> first = mounted.driver().requests();
      OtherProcess.shell(look, mountPoint);
      Map<String, Long> again = new HashMap<>(mounted.driver().requests());
      // find wants to know what file system it is on, and that the kernel does not remember
      again.replace("statfs", first.get("statfs"));
      assertThat(again).isEqualTo(first);
      assertThat(first).containsEntry("readdirplus", 6L).containsEntry("readlink", 1L);
    }
  }

  @Test
  void xattr_ofAnImageWithout_isAskedOnce() throws Exception {
    OtherProcess.assumeInstalled("getfattr");
    try (MountedFixture mounted = mount(DriverUnderTest.DEV_COPY)) {
      for (int i = 0; i < 3; i++) {
        OtherProcess.shell("getfattr -n user.a \"$1/file\"; ls -l \"$1\"", mountPoint);
      }
      assertThat(mounted.driver().requests()).containsEntry("getxattr", 1L);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DriverUnderTest.class,
      names = {"DEV_COPY", "DEV_PASSTHROUGH"})
  void open_objectThatWasChangedMeanwhile_isAnError(DriverUnderTest driver) throws Exception {
    try (MountedFixture mounted = mount(driver)) {
      assertThat(OtherProcess.output("cat", mountPoint + "/file")).hasSize(CONTENT.length);
      byte[] other = CONTENT.clone();
      other[CONTENT.length - 1]++;
      Files.write(object, other);
      OtherProcess.Result result =
          OtherProcess.shell("echo 1 > /proc/sys/vm/drop_caches; cat \"$1/file\"", mountPoint);
      if (Mounting.isRoot()) {
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).endsWith("Input/output error\n");
        assertThat(mounted.files().failureCount()).isPositive();
      }
    }
  }

  @Test
  void open_objectThatGotAnotherNameWhileOpen_isSharedOn() throws Exception {
    try (MountedFixture mounted = mount(DriverUnderTest.DEV_PASSTHROUGH)) {
      assumePassthrough(mounted);
      Process shell = reader();
      try {
        Files.createLink(directory.resolve("second name"), object);
        assertThat(OtherProcess.output("head", "-c", "4", mountPoint + "/file")).isEqualTo("0123");
        assertThat(tell(shell, "head -c 4 <&3; echo")).isEqualTo("0123");
      } finally {
        shell.destroyForcibly().waitFor();
      }
      assertThat(mounted.driver().requests()).doesNotContainKey("read");
    }
  }

  @Test
  void open_moreFilesThanAreKept_worksAndFindsEachAgain() throws Exception {
    try (FixtureObjects objects = new FixtureObjects(base)) {
      for (int i = 0; i < 300; i++) {
        objects.add(
            image,
            root,
            "f" + i,
            "content of file %d%s"
                .formatted(i, "x".repeat(100))
                .getBytes(StandardCharsets.US_ASCII));
      }
    }
    try (MountedFixture mounted = mount(DriverUnderTest.DEV_PASSTHROUGH)) {
      String first = OtherProcess.shell("cat \"$1\"/f*", mountPoint).output();
      assertThat(first).hasSizeGreaterThan(300 * 100);
      assertThat(OtherProcess.shell("cat \"$1\"/f*", mountPoint).output()).isEqualTo(first);
      assertThat(mounted.files().failureCount()).isZero();
    }
  }

  @Test
  void seek_inAFileWithAHole_findsItWhereTheKernelReadsTheObject() throws Exception {
    OtherProcess.assumeInstalled("python3");
    String script =
        """
        import os, sys
        f = os.open(sys.argv[1], os.O_RDONLY)
        print(os.lseek(f, 0, os.SEEK_DATA), os.lseek(f, 0, os.SEEK_HOLE))
        try:
            os.lseek(f, 1 << 20, os.SEEK_DATA)
        except OSError as e:
            print(e.strerror)
        """;
    try (MountedFixture mounted = mount(DriverUnderTest.DEV_COPY)) {
      assertThat(OtherProcess.output("python3", "-c", script, mountPoint + "/file"))
          .isEqualTo("0 %d\nNo such device or address\n".formatted(CONTENT.length));
      assertThat(mounted.driver().requests()).containsKey("lseek");
    }
  }

  /** Content that does not come until somebody lets it, or gives up. */
  private static final class Slow {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch let = new CountDownLatch(1);
    final CountDownLatch gaveUp = new CountDownLatch(1);

    MetadataImage over(FixtureImage image, long inode) {
      return (MetadataImage)
          Proxy.newProxyInstance(
              MetadataImage.class.getClassLoader(),
              new Class<?>[] {MetadataImage.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("content") && arguments[0].equals(inode)) {
                  await();
                }
                try {
                  return method.invoke(image, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private void await() throws FsException {
      asked.countDown();
      try {
        let.await();
      } catch (InterruptedException e) {
        gaveUp.countDown();
        throw new FsException(Errno.EIO, "interrupted", e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DriverUnderTest.class,
      names = {"DEV_COPY", "DEV_NO_OPEN", "DEV_PASSTHROUGH"})
  void slowFile_whileOthersWork_holdsUpNobody(DriverUnderTest driver) throws Exception {
    FixtureImage.Node slow = image.inline(root, "slow", "at last");
    Slow content = new Slow();
    try (MountedFixture mounted =
        new MountedFixture(driver, content.over(image, slow.id()), base, mountPoint)) {
      Process cat = new ProcessBuilder("cat", mountPoint + "/slow").start();
      try {
        assertThat(content.asked.await(120, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 20; i++) {
          assertThat(OtherProcess.output("cat", mountPoint + "/file")).hasSize(CONTENT.length);
          assertThat(OtherProcess.shell("ls \"$1/absent$2\"", mountPoint, i).status()).isEqualTo(2);
        }
        content.let.countDown();
        assertThat(cat.inputReader().readLine()).isEqualTo("at last");
        assertThat(cat.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(mounted.files().failureCount()).isZero();
      } finally {
        content.let.countDown();
        cat.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void slowFile_whoseReaderIsKilled_isGivenUp() throws Exception {
    FixtureImage.Node slow = image.inline(root, "slow", "never");
    Slow content = new Slow();
    try (MountedFixture mounted =
        new MountedFixture(
            DriverUnderTest.DEV_COPY, content.over(image, slow.id()), base, mountPoint)) {
      Process cat = new ProcessBuilder("cat", mountPoint + "/slow").start();
      try {
        assertThat(content.asked.await(120, TimeUnit.SECONDS)).isTrue();
        cat.destroyForcibly();
        assertThat(cat.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(content.gaveUp.await(120, TimeUnit.SECONDS)).isTrue();
        assertThat(mounted.driver().requests()).containsKey("interrupt");
        assertThat(mounted.files().failureCount()).isZero();
      } finally {
        content.let.countDown();
      }
    }
  }

  /** A signal that does not end a process does not fail what it does to files. */
  @Test
  void slowFile_whoseReaderGetsASignal_isWaitedFor() throws Exception {
    OtherProcess.assumeInstalled("python3");
    FixtureImage.Node slow = image.inline(root, "slow", "at last");
    Slow content = new Slow();
    String script =
        """
        import ctypes, os, signal, sys
        libc = ctypes.CDLL(None, use_errno=True)
        signal.signal(signal.SIGUSR1, lambda number, frame: None)
        file = libc.open(sys.argv[1].encode(), os.O_RDONLY)
        print(os.strerror(ctypes.get_errno()) if file < 0 else os.read(file, 100).decode())
        """;
    try (MountedFixture mounted =
        new MountedFixture(
            DriverUnderTest.DEV_COPY, content.over(image, slow.id()), base, mountPoint)) {
      Process reader = new ProcessBuilder("python3", "-c", script, mountPoint + "/slow").start();
      try {
        assertThat(content.asked.await(120, TimeUnit.SECONDS)).isTrue();
        OtherProcess.output("kill", "-USR1", Long.toString(reader.pid()));
        Awaitility.await().until(() -> mounted.driver().requests().containsKey("interrupt"));
        content.let.countDown();
        assertThat(reader.inputReader().readLine()).isEqualTo("at last");
        assertThat(reader.waitFor(120, TimeUnit.SECONDS)).isTrue();
      } finally {
        content.let.countDown();
        reader.destroyForcibly().waitFor();
      }
    }
  }
}
