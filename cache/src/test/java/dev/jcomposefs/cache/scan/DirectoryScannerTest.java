package dev.jcomposefs.cache.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cache.linux.TestFiles;
import dev.jcomposefs.cache.store.ObjectWriter;
import dev.jcomposefs.cache.store.StoreException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.Entry;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.InlineFile;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeWalk;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class DirectoryScannerTest {
  @TempDir Path directory;
  private final VerityMeasurer measurer = new VerityMeasurer(2);
  private Path source;

  @BeforeEach
  void create() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
  }

  @AfterEach
  void close() {
    measurer.close();
  }

  private Tree scan(ScanOptions options) throws FsException {
    return scan(options, ScanProgress.NONE);
  }

  private Tree scan(ScanOptions options, ScanProgress progress) throws FsException {
    return new DirectoryScanner(options, measurer, null, 3).scan(source, progress);
  }

  private static ScanOptions dropIn(XattrSelection xattrs) {
    return new ScanOptions(HashAlgorithm.SHA256, xattrs, false, false, false);
  }

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  private void write(String name, int size) throws IOException {
    Files.write(source.resolve(name), content(size));
  }

  private static Entry find(Tree tree, String path) {
    Entry entry = tree.root();
    for (String name : path.split("/", -1)) {
      entry = Objects.requireNonNull(((Directory) entry).find(ByteString.utf8(name)), path);
    }
    return entry;
  }

  /** A line per entry: depth, name, and what it is. */
  private static List<String> describe(Tree tree) {
    List<String> lines = new ArrayList<>();
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      String kind =
          walk.isLink()
              ? "link to " + walk.node().id()
              : switch (walk.node()) {
                case EmptyFile f -> "empty";
                case InlineFile f -> "inline " + f.content().length();
                case ExternalFile f -> "external %d %s".formatted(f.size(), f.digest());
                case Symlink l -> "-> " + l.target();
                case Device d -> "%s %x".formatted(d.type(), d.rdev());
                case Node n -> n.type().toString();
              };
      lines.add("%d %s %s".formatted(walk.depth(), walk.name(), kind));
    }
    return lines;
  }

  private static String external(int size) {
    return "external %d %s"
        .formatted(size, VerityHasher.digest(HashAlgorithm.SHA256, content(size)));
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  @Test
  void scan_filesOfAllSizes_splitsThemAt64Bytes() throws IOException {
    for (int size : new int[] {0, 1, 64, 65, 4096, 4097, 1_000_000}) {
      write("f%07d".formatted(size), size);
    }
    assertThat(describe(scan(ScanOptions.FAITHFUL)))
        .containsExactly(
            "0 f0000000 empty",
            "0 f0000001 inline 1",
            "0 f0000064 inline 64",
            "0 f0000065 " + external(65),
            "0 f0004096 " + external(4096),
            "0 f0004097 " + external(4097),
            "0 f1000000 " + external(1_000_000));
  }

  @Test
  void scan_inlineFile_holdsItsContent() throws IOException {
    write("f", 64);
    Entry file = find(scan(ScanOptions.FAITHFUL), "f");
    assertThat(((InlineFile) file).content()).isEqualTo(ByteString.copyOf(content(64)));
  }

  @Test
  void scan_nestedDirectories_keepsTheOrderOfNames() throws IOException {
    Files.createDirectories(source.resolve("b/inner"));
    Files.createDirectory(source.resolve("empty"));
    write("b/inner/z", 1);
    write("b/a", 70);
    write("a", 1);
    write("c", 0);
    write("b.x", 0);
    assertThat(describe(scan(ScanOptions.FAITHFUL)))
        .containsExactly(
            "0 a inline 1",
            "0 b DIRECTORY",
            "1 a " + external(70),
            "1 inner DIRECTORY",
            "2 z inline 1",
            "0 b.x empty",
            "0 c empty",
            "0 empty DIRECTORY");
  }

  @Test
  void scan_namesOfAnyBytes_areKept() throws IOException {
    ByteString name = ByteString.copyOf(new byte[] {(byte) 0xff, '\n', (byte) 0x80});
    try (Fd parent = LinuxFiles.open(source, OpenFlags.PATH | OpenFlags.DIRECTORY)) {
      LinuxFiles.open(parent, name, OpenFlags.CREATE | OpenFlags.WRITE_ONLY, 0600).close();
    }
    assertThat(describe(scan(ScanOptions.FAITHFUL))).containsExactly("0 \\xff\\x0a\\x80 empty");
  }

  @Test
  void scan_attributes_areThoseOfTheFile() throws IOException {
    write("f", 100);
    Files.setPosixFilePermissions(
        source.resolve("f"), PosixFilePermissions.fromString("rwxr-x--x"));
    TestFiles.run(
        "touch", "-d", "1969-12-31 23:59:59.123456789 UTC", source.resolve("f").toString());
    Node file = find(scan(ScanOptions.FAITHFUL), "f").node();
    assertThat(file.mode()).isEqualTo(0100751);
    assertThat(file.nlink()).isEqualTo(1);
    assertThat(file.uid()).isEqualTo(Files.getAttribute(source.resolve("f"), "unix:uid"));
    assertThat(file.gid()).isEqualTo(Files.getAttribute(source.resolve("f"), "unix:gid"));
    assertThat(file.size()).isEqualTo(100);
    assertThat(file.mtimeSeconds()).isEqualTo(-1);
    assertThat(file.mtimeNanos()).isEqualTo(123_456_789);
  }

  @Test
  void scan_root_hasTheSourcesAttributes() throws IOException {
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwx-----x"));
    Files.setLastModifiedTime(source, FileTime.fromMillis(5000));
    Tree tree = scan(ScanOptions.FAITHFUL);
    assertThat(tree.root().mode()).isEqualTo(040701);
    assertThat(tree.root().mtimeSeconds()).isEqualTo(5);
    assertThat(tree.nodeCount()).isEqualTo(1);
  }

  @Test
  void scan_zeroTimes_clearsAllOfThem() throws IOException {
    write("f", 100);
    Files.createDirectory(source.resolve("d"));
    Tree tree = scan(new ScanOptions(HashAlgorithm.SHA256, XattrSelection.ALL, false, true, true));
    for (TreeWalk walk = tree.walk(); walk.next(); ) {
      assertThat(walk.node().mtimeSeconds()).isZero();
      assertThat(walk.node().mtimeNanos()).isZero();
    }
    assertThat(tree.root().mtimeSeconds()).isZero();
  }

  @Test
  void scan_sha512_measuresWithIt() throws IOException {
    write("f", 100);
    Tree tree = scan(new ScanOptions(HashAlgorithm.SHA512, XattrSelection.ALL, false, false, true));
    assertThat(((ExternalFile) find(tree, "f")).digest())
        .isEqualTo(VerityHasher.digest(HashAlgorithm.SHA512, content(100)));
  }

  @Test
  void scan_symbolicLinks_areNotFollowed() throws IOException {
    Files.createSymbolicLink(source.resolve("dangling"), Path.of("no/where"));
    Files.createSymbolicLink(source.resolve("loop"), Path.of("."));
    Node link = find(scan(ScanOptions.FAITHFUL), "dangling").node();
    assertThat(link.size()).isEqualTo(8);
    assertThat(describe(scan(ScanOptions.FAITHFUL)))
        .containsExactly("0 dangling -> no/where", "0 loop -> .");
  }

  private void addFifoAndSocket() throws IOException {
    TestFiles.fifo(source.resolve("fifo"));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(source.resolve("socket")));
    }
  }

  private void addDevices() throws IOException {
    TestFiles.device(source.resolve("whiteout"), 0, 0);
    TestFiles.device(source.resolve("null"), 1, 3);
  }

  @Test
  void scan_fifoAndSocket_areKept() throws IOException {
    addFifoAndSocket();
    assertThat(describe(scan(ScanOptions.FAITHFUL)))
        .containsExactly("0 fifo FIFO", "0 socket SOCKET");
  }

  @Test
  void scan_devices_areKept() throws IOException {
    addDevices();
    assertThat(describe(scan(ScanOptions.FAITHFUL)))
        .containsExactly("0 null CHARACTER_DEVICE 103", "0 whiteout CHARACTER_DEVICE 0");
  }

  @Test
  void scan_skippingDevices_leavesFifosAndSockets() throws IOException {
    addFifoAndSocket();
    addDevices();
    ScanOptions options =
        new ScanOptions(HashAlgorithm.SHA256, XattrSelection.ALL, true, false, true);
    assertThat(describe(scan(options))).containsExactly("0 fifo FIFO", "0 socket SOCKET");
  }

  @Test
  void scan_hardLinks_becomeOneNodeWithItsLinkCount() throws IOException {
    Files.createDirectory(source.resolve("d"));
    write("d/first", 100);
    Files.createLink(source.resolve("d/second"), source.resolve("d/first"));
    Files.createLink(source.resolve("e"), source.resolve("d/first"));
    Files.createLink(directory.resolve("outside"), source.resolve("d/first"));
    Tree tree = scan(ScanOptions.FAITHFUL);
    assertThat(describe(tree))
        .containsExactly(
            "0 d DIRECTORY", "1 first " + external(100), "1 second link to 2", "0 e link to 2");
    assertThat(find(tree, "d/first").node().nlink()).isEqualTo(4);
    assertThat(tree.linkCount()).isEqualTo(2);
  }

  @Test
  void scan_hardLinkToSymbolicLinkAndEmptyFile_areLinks() throws IOException {
    Files.createSymbolicLink(source.resolve("a"), Path.of("x"));
    assertThat(
            TestFiles.run(
                "ln", "-P", source.resolve("a").toString(), source.resolve("b").toString()))
        .isZero();
    write("c", 0);
    Files.createLink(source.resolve("d"), source.resolve("c"));
    assertThat(describe(scan(ScanOptions.FAITHFUL)))
        .containsExactly("0 a -> x", "0 b link to 1", "0 c empty", "0 d link to 2");
  }

  @Test
  void scan_hardLinksNotKept_areFilesOfTheirOwn() throws IOException {
    write("a", 100);
    Files.createLink(source.resolve("b"), source.resolve("a"));
    Tree tree = scan(dropIn(XattrSelection.ALL));
    assertThat(describe(tree)).containsExactly("0 a " + external(100), "0 b " + external(100));
    assertThat(find(tree, "a").node().nlink()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"ALL, 1, true", "USER_ONLY, 1, false", "NONE, 0, false"})
  void scan_xattrs_areSelected(XattrSelection selection, int user, boolean trusted)
      throws IOException {
    write("file", 100);
    write("inline", 1);
    write("empty", 0);
    Files.createDirectory(source.resolve("directory"));
    for (String name : List.of("file", "inline", "empty", "directory")) {
      setXattr(source.resolve(name), "user.k", "v");
      if (TestFiles.isRoot()) {
        setXattr(source.resolve(name), "trusted.k", "v");
      }
    }
    Tree tree = scan(dropIn(selection));
    for (String name : List.of("file", "inline", "empty", "directory")) {
      Node node = find(tree, name).node();
      if (user == 1) {
        assertThat(node.xattrs().get(ByteString.utf8("user.k"))).isEqualTo(ByteString.utf8("v"));
        assertThat(node.xattrs()).isSameAs(find(tree, "file").node().xattrs());
      } else {
        assertThat(node.xattrs().get(ByteString.utf8("user.k"))).isNull();
      }
      if (TestFiles.isRoot()) {
        assertThat(node.xattrs().get(ByteString.utf8("trusted.k")) != null).isEqualTo(trusted);
      }
    }
  }

  private static void setXattr(Path file, String key, String value) throws IOException {
    assumeTrue(
        Files.getFileStore(file).supportsFileAttributeView("user"),
        "the temporary directory's file system has no user xattrs");
    if (key.startsWith("user.")) {
      Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
          .write(key.substring(5), ByteBuffer.wrap(value.getBytes(US_ASCII)));
    } else {
      int status = TestFiles.run("setfattr", "-n", key, "-v", value, file.toString());
      assumeTrue(status == 0, "setfattr(1) is not installed, or not allowed to set " + key);
    }
  }

  @Test
  void scan_sameFilesWithOneThreadAndMany_givesTheSameTree() throws IOException {
    for (int i = 0; i < 40; i++) {
      Files.createDirectory(source.resolve("d" + i));
      for (int j = 0; j < 40; j++) {
        write("d%d/f%d".formatted(i, j), i * j);
      }
    }
    List<String> alone =
        describe(
            new DirectoryScanner(ScanOptions.FAITHFUL, measurer, null, 1)
                .scan(source, ScanProgress.NONE));
    List<String> many =
        describe(
            new DirectoryScanner(ScanOptions.FAITHFUL, measurer, null, 16)
                .scan(source, ScanProgress.NONE));
    assertThat(many).isEqualTo(alone).hasSize(1640);
  }

  @Test
  void scan_deepTree_needsNoStack() throws IOException {
    Path deep = source;
    for (int i = 0; i < 300; i++) {
      deep = Files.createDirectory(deep.resolve("d"));
    }
    Files.write(deep.resolve("f"), content(100));
    List<String> lines = describe(scan(ScanOptions.FAITHFUL));
    assertThat(lines).hasSize(301);
    assertThat(lines.getLast()).isEqualTo("300 f " + external(100));
  }

  @Test
  void scan_progress_tellsFilesAndBytes() throws IOException {
    write("a", 100);
    write("b", 50);
    write("empty", 0);
    Files.createDirectory(source.resolve("d"));
    AtomicLong found = new AtomicLong();
    AtomicLong done = new AtomicLong();
    scan(
        ScanOptions.FAITHFUL,
        new ScanProgress() {
          @Override
          public void found(long bytes) {
            found.addAndGet(1_000_000 + bytes);
          }

          @Override
          public void done(long bytes) {
            done.addAndGet(1_000_000 + bytes);
          }
        });
    assertThat(found).hasValue(3_000_150);
    assertThat(done).hasValue(3_000_150);
  }

  @Test
  void scan_withStore_putsExternalFilesOnly() throws IOException {
    write("external", 100);
    write("same", 100);
    write("inline", 64);
    write("empty", 0);
    Path objects = directory.resolve("objects");
    Tree tree;
    try (ObjectWriter store = ObjectWriter.open(objects, HashAlgorithm.SHA256, measurer)) {
      tree =
          new DirectoryScanner(ScanOptions.FAITHFUL, measurer, store, 2)
              .scan(source, ScanProgress.NONE);
      store.flush();
      assertThat(store.added()).isEqualTo(1);
      assertThat(store.found()).isEqualTo(1);
    }
    ExternalFile file = (ExternalFile) find(tree, "external");
    assertThat(objects.resolve(String.valueOf(file.path()))).hasBinaryContent(content(100));
  }

  @Test
  void scanner_storeOfAnotherAlgorithm_isRefused() throws IOException {
    try (ObjectWriter store =
        ObjectWriter.open(directory.resolve("objects"), HashAlgorithm.SHA512, measurer)) {
      assertThatThrownBy(() -> new DirectoryScanner(ScanOptions.FAITHFUL, measurer, store, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("store has SHA512 objects, expected SHA256");
    }
  }

  @Test
  void scan_storeThatTakesNothing_failsAsTheStore() throws IOException {
    write("f", 100);
    ObjectWriter store =
        ObjectWriter.open(directory.resolve("objects"), HashAlgorithm.SHA256, measurer);
    store.close();
    assertThatThrownBy(() ->
            new DirectoryScanner(ScanOptions.FAITHFUL, measurer, store, 1)
                .scan(source, ScanProgress.NONE))
        .isInstanceOf(StoreException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "link"})
  void scan_sourceThatIsNoDirectory_isRefused(String name) throws IOException {
    Files.writeString(directory.resolve("file"), "");
    Files.createSymbolicLink(directory.resolve("link"), source);
    source = directory.resolve(name);
    assertThatThrownBy(() -> scan(ScanOptions.FAITHFUL))
        .isInstanceOfSatisfying(
            ScanException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR))
        .hasMessage("%s: Not a directory", source);
  }

  @Test
  void scan_missingSource_saysSo() {
    source = directory.resolve("none");
    assertThatThrownBy(() -> scan(ScanOptions.FAITHFUL))
        .isInstanceOfSatisfying(
            ScanException.class, e -> assertThat(e.path()).isEqualTo(LinuxFiles.bytesOf(source)))
        .hasMessage("%s: No such file or directory", source);
  }

  @Test
  void scan_unreadableFile_namesIt() throws IOException {
    assumeFalse(TestFiles.isRoot(), "root can read everything");
    Files.createDirectory(source.resolve("d"));
    write("d/f", 100);
    Files.setPosixFilePermissions(
        source.resolve("d/f"), PosixFilePermissions.fromString("---------"));
    assertThatThrownBy(() -> scan(ScanOptions.FAITHFUL))
        .isInstanceOf(ScanException.class)
        .hasMessage("%s/d/f: Permission denied", source);
  }

  /** What somebody else does to a file after the walk came by, and before it is read. */
  enum Meanwhile {
    WRITTEN("changed while it was read") {
      @Override
      void happen(Path file) throws IOException {
        Files.write(file, content(99));
      }
    },
    REPLACED("changed while it was read") {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
        Files.write(file, content(100));
      }
    },
    REMOVED("No such file or directory") {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
      }
    },
    FIFO("changed while it was read") {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
        TestFiles.fifo(file);
      }
    },
    LINK("Too many levels of symbolic links") {
      @Override
      void happen(Path file) throws IOException {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("other"));
      }
    };

    final String message;

    Meanwhile(String message) {
      this.message = message;
    }

    abstract void happen(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Meanwhile.class)
  void scan_fileChangedMeanwhile_failsWithItsPathAndLeavesNothingOpen(Meanwhile meanwhile)
      throws IOException {
    write("f", 100);
    for (int i = 0; i < 300; i++) {
      write("g" + i, 70);
    }
    long before = openDescriptors();
    ScanProgress interference =
        new ScanProgress() {
          @Override
          public void found(long bytes) {
            if (bytes == 100) {
              try {
                meanwhile.happen(source.resolve("f"));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }

          @Override
          public void done(long bytes) {}
        };
    assertThatThrownBy(() -> scan(ScanOptions.FAITHFUL, interference))
        .isInstanceOf(ScanException.class)
        .hasMessage("%s/f: %s", source, meanwhile.message);
    assertThat(openDescriptors()).isEqualTo(before);
  }

  @Test
  void scan_interrupted_endsAndKeepsTheFlag() throws IOException {
    for (int i = 0; i < 1000; i++) {
      write("g" + i, 70_000);
    }
    long before = openDescriptors();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> scan(ScanOptions.FAITHFUL))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(openDescriptors()).isEqualTo(before);
  }
}
