package dev.jcomposefs.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cache.linux.TestFiles;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class ObjectWriterTest {
  @TempDir Path directory;
  private final VerityMeasurer measurer = new VerityMeasurer(1);

  @AfterEach
  void close() {
    measurer.close();
  }

  private Path store() {
    return directory.resolve("deep/down/store");
  }

  private ObjectWriter writer() throws StoreException {
    return ObjectWriter.open(store(), HashAlgorithm.SHA256, measurer);
  }

  private Path source(byte[] content) throws IOException {
    return Files.write(Files.createTempFile(directory, "source", ""), content);
  }

  private Digest put(ObjectWriter writer, byte[] content) throws IOException {
    try (Fd fd = LinuxFiles.open(source(content), OpenFlags.READ_ONLY)) {
      return writer.put(fd, content.length);
    }
  }

  private static byte[] content(int size, int seed) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ((i + seed) % 251);
    }
    return bytes;
  }

  /** Everything below the store but directories. */
  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(store())) {
      return all.filter(path -> !Files.isDirectory(path))
          .map(path -> store().relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  static List<ObjectWriter.TemporaryFiles> ways() {
    return List.of(TemporaryFile::create, TemporaryFile::named);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void put_anySizeInEveryWay_isThereUnderItsDigest(ObjectWriter.TemporaryFiles temporaryFiles)
      throws IOException {
    List<String> expected = new ArrayList<>();
    try (ObjectWriter writer =
        ObjectWriter.open(store(), HashAlgorithm.SHA256, measurer, temporaryFiles)) {
      for (int size : new int[] {0, 1, 65, 4096, 4097, 300_000, 1_000_000, 100}) {
        byte[] content = content(size, 0);
        Digest digest = put(writer, content);
        assertThat(digest).isEqualTo(VerityHasher.digest(HashAlgorithm.SHA256, content));
        expected.add(digest.objectPath());
      }
      writer.flush();
      assertThat(writer.added()).isEqualTo(8);
    }
    expected.sort(null);
    assertThat(files()).isEqualTo(expected);
    for (String object : expected) {
      Path path = store().resolve(object);
      assertThat(VerityHasher.digest(HashAlgorithm.SHA256, Files.readAllBytes(path)).objectPath())
          .isEqualTo(object);
      assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0100644);
      assertThat(Files.getAttribute(path.getParent(), "unix:mode")).isEqualTo(040755);
      assertThat(Files.getAttribute(path, "unix:nlink")).isEqualTo(1);
    }
  }

  @Test
  void put_sha512_isNamedByIt() throws IOException {
    try (ObjectWriter writer = ObjectWriter.open(store(), HashAlgorithm.SHA512, measurer)) {
      Digest digest = put(writer, content(100, 0));
      writer.flush();
      assertThat(digest.algorithm()).isEqualTo(HashAlgorithm.SHA512);
      assertThat(files()).containsExactly(digest.objectPath());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void close_withoutFlush_leavesNothing(ObjectWriter.TemporaryFiles temporaryFiles)
      throws IOException {
    try (ObjectWriter writer =
        ObjectWriter.open(store(), HashAlgorithm.SHA256, measurer, temporaryFiles)) {
      put(writer, content(100, 0));
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void put_sameContentTwiceInOneBatch_isStoredOnce() throws IOException {
    try (ObjectWriter writer = writer()) {
      Digest first = put(writer, content(100, 0));
      Digest second = put(writer, content(100, 0));
      writer.flush();
      assertThat(second).isEqualTo(first);
      assertThat(writer.added()).isEqualTo(1);
      assertThat(writer.found()).isEqualTo(1);
      assertThat(files()).containsExactly(first.objectPath());
    }
  }

  @Test
  void put_contentStoredEarlier_isLeftAsItIs() throws IOException {
    Digest digest;
    try (ObjectWriter writer = writer()) {
      digest = put(writer, content(100, 0));
      writer.flush();
    }
    Object inode = Files.getAttribute(store().resolve(digest.objectPath()), "unix:ino");
    try (ObjectWriter writer = writer()) {
      for (int i = 0; i < 3; i++) {
        assertThat(put(writer, content(100, 0))).isEqualTo(digest);
      }
      assertThat(put(writer, content(100, 7))).isNotEqualTo(digest);
      writer.flush();
      assertThat(writer.added()).isEqualTo(1);
      assertThat(writer.found()).isEqualTo(3);
    }
    assertThat(Files.getAttribute(store().resolve(digest.objectPath()), "unix:ino"))
        .isEqualTo(inode);
    assertThat(files()).hasSize(2);
  }

  @Test
  void flush_nameTakenMeanwhile_countsAsSuccess() throws IOException {
    try (ObjectWriter one = writer();
        ObjectWriter other = writer()) {
      Digest digest = put(one, content(100, 0));
      put(other, content(100, 0));
      one.flush();
      other.flush();
      assertThat(files()).containsExactly(digest.objectPath());
    }
  }

  @Test
  void put_manyFilesFromManyThreads_storesAll() throws Exception {
    int count = 1000;
    try (ObjectWriter writer = writer();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Digest>> digests = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] content = ("file " + i % (count / 2)).getBytes(UTF_8);
        digests.add(threads.submit(() -> put(writer, content)));
      }
      List<String> expected = new ArrayList<>();
      for (Future<Digest> digest : digests) {
        expected.add(digest.get().objectPath());
      }
      writer.flush();
      assertThat(files()).isEqualTo(expected.stream().distinct().sorted().toList());
      assertThat(writer.added()).isEqualTo(count / 2);
      assertThat(writer.found()).isEqualTo(count / 2);
    }
  }

  @Test
  void put_moreThanABatch_publishesWithoutBeingToldTo() throws IOException {
    int batch = ObjectWriter.BATCH_FILES;
    try (ObjectWriter writer = writer()) {
      for (int i = 0; i < 2 * batch; i++) {
        put(writer, ("file " + i).getBytes(UTF_8));
      }
      // The second batch was taken in hand only when the first was published.
      assertThat(files()).hasSizeGreaterThanOrEqualTo(batch);
      put(writer, content(10, 0));
      writer.flush();
      assertThat(files()).hasSize(2 * batch + 1);
    }
  }

  @Test
  void put_moreThanABatchWhereNoThreadCanBeStarted_publishesAllTheSame() throws IOException {
    int files = ObjectWriter.BATCH_FILES + 1;
    try (ObjectWriter writer =
        ObjectWriter.open(
            store(),
            HashAlgorithm.SHA256,
            measurer,
            TemporaryFile::create,
            task -> {
              throw new OutOfMemoryError("no thread");
            })) {
      for (int i = 0; i < files; i++) {
        put(writer, ("file " + i).getBytes(UTF_8));
      }
      writer.flush();
      assertThat(files()).hasSize(files);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 300_000, 1_000_000})
  void put_sourceShorterThanTold_failsAndLeavesNothing(int size) throws IOException {
    Path source = source(content(size, 0));
    try (ObjectWriter writer =
            ObjectWriter.open(store(), HashAlgorithm.SHA256, measurer, TemporaryFile::named);
        Fd fd = LinuxFiles.open(source, OpenFlags.READ_ONLY)) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> writer.put(fd, size + 5000))
            .isInstanceOf(FsException.class)
            .isNotInstanceOf(StoreException.class)
            .hasMessage("source: found %d bytes, expected %d", size, size + 5000);
      }
      assertThat(files()).isEmpty();
      writer.flush();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void put_sparseFile_keepsItsHoles(int threads) throws IOException {
    final int size = 200 << 20;
    byte[] begin = content(100_000, 0);
    byte[] middle = content(3_000_000, 1);
    Path source = source(begin);
    try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
      file.seek(70 << 20);
      file.write(middle);
      file.setLength(size);
    }
    byte[] content = new byte[size];
    System.arraycopy(begin, 0, content, 0, begin.length);
    System.arraycopy(middle, 0, content, 70 << 20, middle.length);
    Digest digest;
    try (VerityMeasurer several = new VerityMeasurer(threads);
        ObjectWriter writer = ObjectWriter.open(store(), HashAlgorithm.SHA256, several);
        Fd fd = LinuxFiles.open(source, OpenFlags.READ_ONLY)) {
      assumeTrue(LinuxFiles.nextHole(fd, 0, size) < size, "the file system knows no holes");
      digest = writer.put(fd, size);
      writer.flush();
    }
    assertThat(digest).isEqualTo(VerityHasher.digest(HashAlgorithm.SHA256, content));
    Path object = store().resolve(digest.objectPath());
    assertThat(Files.mismatch(object, source)).isEqualTo(-1);
    assertThat(allocated(object)).isBetween(3_100_000L, 6_000_000L);
  }

  @Test
  void put_smallFileWithAHole_keepsIt() throws IOException {
    final int size = 100_000;
    Path source = source(content(10, 0));
    try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
      file.setLength(size);
    }
    try (ObjectWriter writer = writer();
        Fd fd = LinuxFiles.open(source, OpenFlags.READ_ONLY)) {
      assumeTrue(LinuxFiles.nextHole(fd, 0, size) < size, "the file system knows no holes");
      for (int i = 0; i < 2; i++) {
        assertThat(writer.put(fd, size))
            .isEqualTo(VerityHasher.digest(HashAlgorithm.SHA256, Files.readAllBytes(source)));
      }
      writer.flush();
      Path object = store().resolve(files().getFirst());
      assertThat(Files.mismatch(object, source)).isEqualTo(-1);
      assertThat(allocated(object)).isLessThan(size / 2);
    }
  }

  /** Bytes on the disk. */
  private static long allocated(Path file) throws IOException {
    Process stat =
        new ProcessBuilder("stat", "--format=%b", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return 512 * Long.parseLong(new String(stat.getInputStream().readAllBytes(), UTF_8).strip());
  }

  @Test
  void put_sourceThatCannotBeRead_isNotTheStoresFault() throws IOException {
    try (ObjectWriter writer = writer();
        Fd fd = LinuxFiles.open(directory, OpenFlags.READ_ONLY)) {
      assertThatThrownBy(() -> writer.put(fd, 10))
          .isNotInstanceOf(StoreException.class)
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EISDIR));
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void open_fileInTheWay_saysSo() throws IOException {
    Files.writeString(directory.resolve("deep"), "");
    assertThatThrownBy(this::writer)
        .isInstanceOf(StoreException.class)
        .hasMessage("store %s: open '%1$s': Not a directory", store());
  }

  @Test
  void flush_directoryInTheWayOfAnObject_isLeftThere() throws IOException {
    byte[] content = content(100, 0);
    String name = VerityHasher.digest(HashAlgorithm.SHA256, content).objectPath();
    Files.createDirectories(store().resolve(name));
    try (ObjectWriter writer = writer()) {
      put(writer, content);
      writer.flush();
      assertThat(writer.found()).isEqualTo(1);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void flush_fileInTheWayOfAParent_failsAndSoDoesEverythingAfter() throws IOException {
    byte[] content = content(100, 0);
    String name = VerityHasher.digest(HashAlgorithm.SHA256, content).objectPath();
    try (ObjectWriter writer = writer()) {
      put(writer, content);
      Files.writeString(store().resolve(name.substring(0, 2)), "");
      assertThatThrownBy(writer::flush)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
      assertThatThrownBy(() -> put(writer, content(101, 0))).isInstanceOf(StoreException.class);
      assertThatThrownBy(writer::flush).isInstanceOf(StoreException.class);
    }
    assertThat(files()).containsExactly(name.substring(0, 2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void put_fullDisk_failsAndLeavesNothing(boolean named) throws IOException {
    assumeTrue(TestFiles.isRoot(), "a small file system needs root to be mounted");
    Path small = Files.createDirectories(store());
    ByteString target = LinuxFiles.bytesOf(small);
    try {
      LinuxMounts.mount(
          ByteString.utf8("none"),
          target,
          ByteString.utf8("tmpfs"),
          LinuxMounts.NO_DEV,
          ByteString.utf8("size=256k"));
    } catch (FsException e) {
      assumeTrue(e.errno() != Errno.EPERM, "this system does not let root mount");
      throw e;
    }
    try (ObjectWriter writer =
        ObjectWriter.open(
            small,
            HashAlgorithm.SHA256,
            measurer,
            named ? TemporaryFile::named : TemporaryFile::create)) {
      Digest fits = put(writer, content(10_000, 0));
      assertThatThrownBy(() -> put(writer, content(1_000_000, 0)))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC))
          .hasMessage("store %s: write 'temporary file': No space left on device", small);
      writer.flush();
      assertThat(files()).containsExactly(fits.objectPath());
    } finally {
      LinuxMounts.unmount(target, LinuxMounts.DETACH);
    }
  }
}
