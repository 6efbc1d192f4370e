package dev.jcomposefs.cache.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxMemory;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.cache.linux.TestFiles;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  private static final int COPY_BUFFER = ImageFile.COPY_BUFFER;

  @TempDir Path directory;

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  private Path file(int size) throws IOException {
    return Files.write(directory.resolve("image"), content(size));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, COPY_BUFFER, COPY_BUFFER + 1, 3 * COPY_BUFFER - 1})
  void open_anySize_givesTheContentReadOnly(int size) throws IOException {
    try (ImageFile image = ImageFile.open(file(size), null)) {
      assertThat(image.bytes().toArray(JAVA_BYTE)).isEqualTo(content(size));
      assertThat(image.bytes().isReadOnly()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, COPY_BUFFER, COPY_BUFFER + 1, 3 * COPY_BUFFER - 1})
  void copyByBuffer_anySizeAndPosition_copiesTheRest(int size) throws IOException {
    int position = size / 3;
    try (Fd file = LinuxFiles.open(file(size), OpenFlags.READ_ONLY);
        Fd memory = LinuxMemory.newFile("copy");
        Arena arena = Arena.ofConfined()) {
      // More is asked for than there is.
      long copied = ImageFile.copyByBuffer(file, position, memory, size, "image");
      assertThat(copied).isEqualTo(size - position);
      assertThat(LinuxFiles.stat(memory).size()).isEqualTo(copied);
      assertThat(LinuxMemory.map(memory, copied, arena).toArray(JAVA_BYTE))
          .isEqualTo(Arrays.copyOfRange(content(size), position, size));
    }
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void open_rightDigest_isVerified(HashAlgorithm algorithm) throws IOException {
    Digest digest = VerityHasher.digest(algorithm, content(5000));
    try (ImageFile image = ImageFile.open(file(5000), digest)) {
      assertThat(image.measure(algorithm)).isEqualTo(digest);
    }
  }

  @Test
  void open_wrongDigest_saysBothAndLeavesNothingMapped() throws IOException {
    Path path = file(5000);
    Digest found = VerityHasher.digest(HashAlgorithm.SHA256, content(5000));
    Digest expected = Digest.parse("00".repeat(32));
    assertThatThrownBy(() -> ImageFile.open(path, expected))
        .isInstanceOf(WrongImageDigestException.class)
        .hasMessage("%s: digest is %s, expected %s", path, found, expected);
    assertThat(mapsOfImages()).isEmpty();
  }

  private static List<String> mapsOfImages() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("jcomposefs-image")).toList();
    }
  }

  @Test
  void bytes_fileCutAndOverwrittenAfterOpen_stayAsTheyWere() throws IOException {
    Path path = file(10_000);
    try (ImageFile image = ImageFile.open(path, null)) {
      try (RandomAccessFile raw = new RandomAccessFile(path.toFile(), "rw")) {
        raw.write(new byte[5000]);
        raw.setLength(100);
      }
      assertThat(image.bytes().toArray(JAVA_BYTE)).isEqualTo(content(10_000));
    }
  }

  @Test
  void memory_afterOpen_hasNoWayToBeWrittenOrCut() throws IOException {
    try (ImageFile image = ImageFile.open(file(10_000), null)) {
      List<String> maps = mapsOfImages();
      assertThat(maps).singleElement().asString().contains(" r--p ");
      String range = maps.getFirst().substring(0, maps.getFirst().indexOf(' '));
      Path mapped = Path.of("/proc/self/map_files/" + range);
      // only a privileged process may follow these links; for any other there is no way at all
      if (TestFiles.isRoot() && Files.exists(mapped)) {
        try (FileChannel channel = FileChannel.open(mapped, StandardOpenOption.WRITE)) {
          assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(IOException.class);
          assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
              .isInstanceOf(IOException.class);
        }
      }
      assertThat(image.bytes().byteSize()).isEqualTo(10_000);
    }
  }

  @Test
  void adopt_memoryOfAnotherImageFile_hasItsBytesAndOutlivesIt() throws IOException {
    Digest digest = VerityHasher.digest(HashAlgorithm.SHA256, content(10_000));
    Fd kept;
    try (ImageFile first = ImageFile.openToKeep(file(10_000), null)) {
      kept = Fd.adopt(LinuxFiles.duplicate(Objects.requireNonNull(first.memory())));
    }
    try (ImageFile second = ImageFile.adopt(kept, "kept", digest)) {
      assertThat(second.bytes().toArray(JAVA_BYTE)).isEqualTo(content(10_000));
    }
    assertThat(kept.isClosed()).isTrue();
    assertThat(mapsOfImages()).isEmpty();
  }

  @Test
  void adopt_wrongDigest_isRefusedAndClosed() throws IOException {
    try (ImageFile first = ImageFile.openToKeep(file(10_000), null)) {
      Fd kept = Fd.adopt(LinuxFiles.duplicate(Objects.requireNonNull(first.memory())));
      assertThatThrownBy(() -> ImageFile.adopt(kept, "kept", Digest.parse("00".repeat(32))))
          .isInstanceOf(WrongImageDigestException.class);
      assertThat(kept.isClosed()).isTrue();
    }
  }

  /** Somebody could cut it while it is mapped. */
  @Test
  void adopt_ordinaryFile_isRefused() throws IOException {
    Fd open = LinuxFiles.open(file(10_000), OpenFlags.READ_WRITE);
    assertThatThrownBy(() -> ImageFile.adopt(open, "kept", null))
        .hasMessage("kept: expected an image in sealed memory");
    assertThat(open.isClosed()).isTrue();
  }

  @Test
  void close_afterUse_unmaps() throws IOException {
    ImageFile.open(file(10_000), null).close();
    assertThat(mapsOfImages()).isEmpty();
  }

  @Test
  void open_symbolicLinkToAFile_followsIt() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), file(10));
    try (ImageFile image = ImageFile.open(link, null)) {
      assertThat(image.bytes().byteSize()).isEqualTo(10);
      assertThat(image.source()).isEqualTo(link.toString());
    }
  }

  @Test
  void open_sparseFileOverTheLimit_isRefusedBeforeItIsRead() throws IOException {
    Path path = directory.resolve("sparse");
    try (RandomAccessFile raw = new RandomAccessFile(path.toFile(), "rw")) {
      raw.setLength(1L << 40);
    }
    assertThatThrownBy(() -> ImageFile.open(path, null))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EFBIG))
        .hasMessage("%s: found 1099511627776 bytes, expected at most 4294967296", path);
  }

  @Test
  void open_fileOfExactlyTheLimit_isTaken() throws IOException {
    Path path = file(100);
    ImageFile.open(path, null, 100).close();
    assertThatThrownBy(() -> ImageFile.open(path, null, 99)).isInstanceOf(FsException.class);
  }

  private static void assertRefused(Path path, String found) {
    assertThatThrownBy(() -> ImageFile.open(path, null))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
        .hasMessage("%s: found %s, expected regular file", path, found);
  }

  @Test
  void open_fifoWithoutWriter_isRefusedAtOnce() throws IOException {
    assertRefused(TestFiles.fifo(directory.resolve("fifo")), "fifo");
  }

  @Test
  void open_directory_isRefused() {
    assertRefused(directory, "directory");
  }

  @Test
  void open_device_isRefused() {
    assertRefused(Path.of("/dev/null"), "character device");
  }

  @Test
  void open_missingFile_saysSo() {
    assertThatThrownBy(() -> ImageFile.open(directory.resolve("none"), null))
        .hasMessage("open '%s/none': No such file or directory", directory);
  }
}
