package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.fuse.fs.Failure;
import dev.jcomposefs.fuse.fs.FixtureImage;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The drivers behind real mounts of an image in memory. */
@Timeout(300)
@ParameterizedClass
@EnumSource(DriverUnderTest.class)
class DriverTest {
  private final DriverUnderTest driver;

  @TempDir Path directory;

  private final FixtureImage image = new FixtureImage();
  private final FixtureImage.Node root = image.rootNode();
  private Path base;
  private Path mountPoint;

  DriverTest(DriverUnderTest driver) {
    this.driver = driver;
  }

  @BeforeEach
  void prepare() throws IOException {
    Mounting.assumePossible();
    base = Files.createDirectory(directory.resolve("objects"));
    mountPoint = Files.createDirectory(directory.resolve("mount")).toRealPath();
  }

  @AfterEach
  void clear() throws IOException {
    if (mountPoint != null) {
      Mounting.clear(mountPoint);
    }
  }

  private MountedFixture mount() throws IOException {
    return new MountedFixture(driver, image, base, mountPoint);
  }

  private void addObject(String name, byte[] content) throws IOException {
    try (FixtureObjects objects = new FixtureObjects(base)) {
      objects.add(image, root, name, content);
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void stat_entriesOfAllKinds_isWhatTheImageSays() throws Exception {
    root.permissions(0711).owner(7, 8).modified(1000, 0);
    FixtureImage.Node dir = image.directory(root, "dir").permissions(01777).modified(-1, 5);
    image.inline(dir, "file", "hello").permissions(04755).links(2).modified(1, 999_999_999);
    image.add(dir, "large", FileType.REGULAR).size((5L << 30) + 1);
    image.add(dir, "owned", FileType.REGULAR).owner(0xfffffffe, 0x80000001);
    image.add(dir, "null", FileType.CHARACTER_DEVICE).device(0x103);
    image.add(dir, "disk", FileType.BLOCK_DEVICE).device(0xfff_fff_ff);
    image.add(dir, "fifo", FileType.FIFO);
    image.add(dir, "socket", FileType.SOCKET);
    image.symlink(dir, "link", ByteString.utf8("file"));

    try (MountedFixture mounted = mount()) {
      String format = "%n %i %f %h %u %g %s %t:%T %.9Y";
      assertThat(mounted.files().inodeCount()).isEqualTo(10);
      assertThat(OtherProcess.output("stat", "-c", format.substring(3), mountPoint.toString()))
          .isEqualTo("1 41c9 2 7 8 0 0:0 1000.000000000\n");
      String listing =
          OtherProcess.shell(
                  "cd \"$1\" && stat -c '" + format + "' dir dir/*", mountPoint.toString())
              .output();
      assertThat(listing)
          .isEqualTo(
              """
              dir 37 43ff 2 0 0 0 0:0 -0.999999995
              dir/disk 42 61a4 1 0 0 0 fff:fffff 0.000000000
              dir/fifo 43 11a4 1 0 0 0 0:0 0.000000000
              dir/file 38 89ed 2 0 0 5 0:0 1.999999999
              dir/large 39 81a4 1 0 0 5368709121 0:0 0.000000000
              dir/link 45 a1ff 1 0 0 4 0:0 0.000000000
              dir/null 41 21a4 1 0 0 0 1:3 0.000000000
              dir/owned 40 81a4 1 4294967294 2147483649 0 0:0 0.000000000
              dir/socket 44 c1a4 1 0 0 0 0:0 0.000000000
              """);
    }
  }

  @Test
  void names_thatAreNoText_reachTheFileTheyName() throws Exception {
    ByteString odd = ByteString.copyOf(HexFormat.of().parseHex("fffe0a20c3"));
    image.inline(root, odd, "odd content");
    String longest = "n".repeat(255);
    image.inline(root, longest, "long content");

    try (MountedFixture mounted = mount()) {
      assertThat(mounted.files().inodeCount()).isEqualTo(3);
      assertThat(OtherProcess.shell("cat \"$1\"/*; ls \"$1\"", mountPoint).output())
          .isEqualTo("long contentodd content" + longest + "\n\u00ff\u00fe\n \u00c3\n");
      assertThat(OtherProcess.shell("cat \"$1\"/x$2", mountPoint, longest))
          .isEqualTo(
              new OtherProcess.Result(
                  1, "cat: %s/x%s: File name too long\n".formatted(mountPoint, longest)));
    }
  }

  @Test
  void read_files_givesTheirBytes() throws Exception {
    byte[] large = random(3_000_001);
    addObject("large", large);
    addObject("page", random(4096));
    image.inline(root, "empty", "");
    image.inline(root, "inline", "some text");
    image.symlink(root, "link", ByteString.utf8("inline"));

    try (MountedFixture mounted = mount()) {
      Path copy = directory.resolve("copy");
      OtherProcess.output("cp", mountPoint + "/large", copy.toString());
      assertThat(Files.readAllBytes(copy)).isEqualTo(large);
      assertThat(
              OtherProcess.output(
                  "sh", "-c", "cat \"$1/empty\" \"$1/link\"", "sh", mountPoint.toString()))
          .isEqualTo("some text");
      String skipped = "tail -c +2998990 \"$1/large\" | head -c 3 | od -An -tx1 | tr -d ' \\n'";
      assertThat(OtherProcess.shell(skipped, mountPoint).output())
          .isEqualTo(HexFormat.of().formatHex(large, 2_998_989, 2_998_992));
      assertThat(mounted.files().failureCount()).isZero();
    }
  }

  @Test
  void read_objectWithOtherBytes_isAnErrorNotTheEndOfTheFile() throws Exception {
    byte[] content = random(10_000);
    addObject("file", content);
    content[5000]++;
    try (var objects = Files.walk(base)) {
      Files.write(objects.filter(Files::isRegularFile).findFirst().orElseThrow(), content);
    }

    try (MountedFixture mounted = mount()) {
      assertThat(OtherProcess.run("cat", mountPoint + "/file"))
          .isEqualTo(
              new OtherProcess.Result(
                  1, "cat: %s/file: Input/output error\n".formatted(mountPoint)));
      Failure failure = mounted.files().lastFailures().getFirst();
      assertThat(failure.path()).isEqualTo(ByteString.utf8("/file"));
      assertThat(failure.errno()).isEqualTo(Errno.EIO);
    }
  }

  @Test
  void anyCallback_thatThrows_isAnError() throws Exception {
    image.link(root, "broken", 4711);

    try (MountedFixture mounted = mount()) {
      assertThat(OtherProcess.run("cat", mountPoint + "/broken").output())
          .isEqualTo("cat: %s/broken: Input/output error\n".formatted(mountPoint));
      assertThat(mounted.files().failureCount()).isPositive();
    }
  }

  @Test
  void list_directoryOfManyEntries_givesEachOnce() throws Exception {
    FixtureImage.Node many = image.directory(root, "many");
    List<String> names = IntStream.range(0, 20_000).mapToObj("entry-%05d"::formatted).toList();
    names.forEach(name -> image.inline(many, name, ""));

    try (MountedFixture mounted = mount()) {
      assertThat(mounted.files().inodeCount()).isEqualTo(20_002);
      assertThat(OtherProcess.output("find", mountPoint + "/many", "-type", "f").lines())
          .map(line -> line.substring(line.lastIndexOf('/') + 1))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void xattrs_ofAFile_areListedAndRead() throws Exception {
    OtherProcess.assumeInstalled("python3");
    image.inline(root, "file", "").xattr("user.one", "first").xattr("user.empty", "");
    image.inline(root, "plain", "");
    String script =
        """
        import os, sys
        file = sys.argv[1] + "/file"
        print(sorted(os.listxattr(file)), os.getxattr(file, "user.one"))
        print(os.getxattr(file, "user.empty"), os.listxattr(sys.argv[1] + "/plain"))
        try:
            os.getxattr(file, "user.two")
        except OSError as e:
            print(e.strerror)
        """;

    try (MountedFixture mounted = mount()) {
      assertThat(mounted.files().hasXattrs()).isTrue();
      assertThat(OtherProcess.output("python3", "-c", script, mountPoint.toString()))
          .isEqualTo(
              """
              ['user.empty', 'user.one'] b'first'
              b'' []
              No data available
              """);
    }
  }

  @Test
  void hardLinks_haveOneInodeNumber() throws Exception {
    FixtureImage.Node file = image.inline(root, "a", "x").links(2);
    image.link(image.directory(root, "dir"), "b", file.id());

    try (MountedFixture mounted = mount()) {
      assertThat(mounted.files().inodeCount()).isEqualTo(3);
      assertThat(OtherProcess.output("stat", "-c", "%i", mountPoint + "/a", mountPoint + "/dir/b"))
          .isEqualTo("%d\n%d\n".formatted(file.id(), file.id()));
    }
  }

  @Test
  void write_anything_isRefused() throws Exception {
    image.inline(root, "file", "text");

    try (MountedFixture mounted = mount()) {
      assertThat(OtherProcess.shell("echo x > \"$1/file\"", mountPoint).output())
          .contains("Read-only file system");
      assertThat(OtherProcess.shell("mkdir \"$1/dir\"", mountPoint).output())
          .contains("Read-only file system");
      assertThat(mounted.files().failureCount()).isZero();
    }
  }

  @Test
  void mountTable_ofTheMount_namesTypeAndSource() throws Exception {
    try (MountedFixture mounted = mount()) {
      assertThat(mounted.files().failureCount()).isZero();
      assertThat(OtherProcess.output("findmnt", "-no", "FSTYPE,SOURCE", mountPoint.toString()))
          .matches("fuse.jcomposefs\\s+fixture\n");
      assertThat(OtherProcess.output("stat", "-f", "-c", "%s %c %l", mountPoint.toString()))
          .isEqualTo("4096 1 255\n");
    }
  }
}
