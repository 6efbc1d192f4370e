package dev.jcomposefs.format.descriptor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.TreeBuilder;
import dev.jcomposefs.format.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that nobody would write but to do harm. Whatever is asked of one, the answer is a value or
 * an {@link FsException}, in time and memory that do not outgrow the image.
 */
@Timeout(180)
class HostileImageTest {
  private static final int MANY = 20_000;

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.descriptor.Vectors#good")
  void anyQuestion_bytesChangedAtRandom_isAnsweredOrRefused(Vectors.Vector vector) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] image = vector.image();
    int[] edges = {0, 1, 0x7f, 0x80, 0xff};
    for (int round = 0; round < 200; round++) {
      byte[] damaged = image.clone();
      for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
        // Most of the structure is at the start, and in a large image hardly ever hit.
        int at = random.nextInt(random.nextBoolean() ? image.length : Math.min(2048, image.length));
        damaged[at] = (byte) (random.nextBoolean() ? edges[random.nextInt(5)] : random.nextInt());
      }
      try {
        askEverything(DescriptorImage.open(MemorySegment.ofArray(damaged), "damaged"));
      } catch (FsException e) {
        assertThat(e.getMessage()).startsWith("damaged: ");
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d, round %d".formatted(seed, round), e);
      }
    }
  }

  /** Otherwise as many nodes as the square of the image's size would come of it. */
  @Test
  void toTree_allDirectoriesWithTheSameEntries_isRefused() throws Exception {
    byte[] image = manyDirectories();
    long shared = reference(image, 1);
    for (int i = 2; i <= MANY; i++) {
      setReference(image, i, InodeLayout.VARIABLE_DATA_AT, shared);
    }
    DescriptorImage hostile = DescriptorImage.open(MemorySegment.ofArray(image), "hostile");

    assertThat(hostile.lookup(MANY, ByteString.utf8(".."))).isEqualTo(1);
    assertThatThrownBy(hostile::toTree)
        .isInstanceOf(CorruptImageException.class)
        .hasMessageEndingWith("of variable data are referred to, expected no overlaps");
  }

  /** Otherwise each link of 96 bytes would become an object of 4 KiB. */
  @Test
  void toTree_linkTargetsThatOverlap_isRefused() throws Exception {
    TreeBuilder builder = new TreeBuilder(new Directory(metadata(040755, Xattrs.NONE)));
    ByteString target = ByteString.utf8("x".repeat(4095));
    for (int i = 0; i < MANY; i++) {
      builder.add(builder.root(), name(i), new Symlink(metadata(0120777, Xattrs.NONE), target));
    }
    byte[] image = write(builder);
    int start = (int) (reference(image, 1) >>> Integer.SIZE);
    for (int i = 1; i <= MANY; i++) {
      int skipped = i % 4000;
      setReference(
          image,
          i,
          InodeLayout.VARIABLE_DATA_AT,
          (long) (start + skipped) << Integer.SIZE | 4095 - skipped);
    }

    assertThatThrownBy(DescriptorImage.open(MemorySegment.ofArray(image), "hostile")::toTree)
        .isInstanceOf(CorruptImageException.class)
        .hasMessageEndingWith("of variable data are referred to, expected no overlaps");
  }

  /** Otherwise the search for ACLs would look at every attribute for every inode. */
  @Test
  void xattrs_chunksThatOverlap_areRefusedOrCountAsAcls() throws Exception {
    Xattrs.Builder all = new Xattrs.Builder();
    for (int i = 0; i < MANY; i++) {
      all.put(ByteString.utf8("user.%010d".formatted(i)), ByteString.EMPTY);
    }
    TreeBuilder builder = new TreeBuilder(new Directory(metadata(040755, all.build())));
    for (int i = 0; i < MANY; i++) {
      builder.add(builder.root(), name(i), new EmptyFile(metadata(0100644, Xattrs.NONE)));
    }
    byte[] image = write(builder);
    long shared = reference(image, 0, InodeLayout.XATTRS_AT);
    // In turns, so that a chunk is never the one before: all attributes, and from the first key
    // length on, which is a count of 15 there.
    long inside = shared + (2L << Integer.SIZE) - 2;
    for (int i = 1; i <= MANY; i++) {
      setReference(image, i, InodeLayout.XATTRS_AT, i % 2 == 0 ? shared : inside);
    }
    DescriptorImage hostile = DescriptorImage.open(MemorySegment.ofArray(image), "hostile");

    assertThat(hostile.hasAcls()).isTrue();
    assertThatThrownBy(hostile::toTree).isInstanceOf(CorruptImageException.class);
  }

  private static void askEverything(DescriptorImage image) throws FsException {
    image.hasXattrs();
    image.hasAcls();
    for (long id = 1; id <= image.inodeCount(); id++) {
      try {
        ask(image, id);
      } catch (FsException e) {
        assertThat(e.getMessage()).startsWith("damaged: ");
      }
    }
    image.toTree();
  }

  private static void ask(DescriptorImage image, long id) throws FsException {
    switch (image.inode(id).type()) {
      case DIRECTORY -> {
        image.list(id, 0, (cookie, inode, type, names, at, length) -> true);
        image.lookup(id, ByteString.utf8("m"));
        image.lookup(id, ByteString.utf8(".."));
      }
      case REGULAR -> image.content(id);
      case SYMLINK -> image.readlink(id);
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {}
    }
    image.xattrs(id, (key, value) -> value.toArray(JAVA_BYTE));
  }

  /** Below the root, directories that hold one empty file each; the first one many. */
  private static byte[] manyDirectories() throws IOException {
    TreeBuilder builder = new TreeBuilder(new Directory(metadata(040755, Xattrs.NONE)));
    Directory first = new Directory(metadata(040755, Xattrs.NONE));
    builder.add(builder.root(), name(0), first);
    for (int i = 1; i < MANY; i++) {
      builder.add(builder.root(), name(i), new Directory(metadata(040755, Xattrs.NONE)));
    }
    for (int i = 0; i < MANY; i++) {
      builder.add(first, name(i), new EmptyFile(metadata(0100644, Xattrs.NONE)));
    }
    return write(builder);
  }

  private static ByteString name(int number) {
    return ByteString.utf8("n%05d".formatted(number));
  }

  private static Metadata metadata(int mode, Xattrs xattrs) {
    return new Metadata(mode, 1, 0, 0, 0, 0, 0, xattrs);
  }

  private static byte[] write(TreeBuilder builder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DescriptorWriter.write(builder.build(), null, out);
    return out.toByteArray();
  }

  private static long reference(byte[] image, int index) {
    return reference(image, index, InodeLayout.VARIABLE_DATA_AT);
  }

  /** Offset in the upper half, length in the lower. */
  private static long reference(byte[] image, int index, int field) {
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int at = (int) InodeReader.recordAt(index) + field;
    return bytes.getLong(at + ReferenceLayout.OFFSET_AT) << Integer.SIZE
        | bytes.getInt(at + ReferenceLayout.LENGTH_AT);
  }

  private static void setReference(byte[] image, int index, int field, long reference) {
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(
            (int) InodeReader.recordAt(index) + field + ReferenceLayout.OFFSET_AT,
            reference >>> Integer.SIZE)
        .putInt(
            (int) InodeReader.recordAt(index) + field + ReferenceLayout.LENGTH_AT, (int) reference);
  }
}
