package dev.jcomposefs.format.descriptor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.ImageReader;
import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.verity.Digest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorImageTest {
  private static final Digest BASE_FILE =
      Digest.parse("bba20887522e039e7119a5cc0023b7c1bbd8f06a75e581aa5cc43ceaf6825cac");

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.descriptor.Vectors#good")
  void inode_everyRecord_isTheKnownOne(Vectors.Vector vector) throws Exception {
    DescriptorImage image = vector.open();
    List<Vectors.RecordOf> records = Vectors.records(vector.name()).toList();

    assertThat(image.inodeCount()).isEqualTo(records.size());
    for (Vectors.RecordOf record : records) {
      long id = record.index() + 1L;
      if (record.mode() == 0) {
        // What the tools wrote for a hard link.
        assertThatThrownBy(() -> image.inode(id)).isInstanceOf(CorruptImageException.class);
        continue;
      }
      Inode inode = image.inode(id);
      assertThat(
              new Vectors.RecordOf(
                  vector.name(),
                  (int) inode.id() - 1,
                  inode.mode(),
                  inode.nlink(),
                  inode.uid(),
                  inode.gid(),
                  inode.rdev(),
                  inode.size(),
                  inode.mtimeSeconds(),
                  inode.mtimeNanos()))
          .isEqualTo(record);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.jcomposefs.format.descriptor.Vectors#good")
  void lookup_everyListedName_findsTheListedInode(Vectors.Vector vector) throws Exception {
    DescriptorImage image = vector.open();
    for (long id = 1; id <= image.inodeCount(); id++) {
      if (!isDirectory(image, id)) {
        continue;
      }
      for (Map.Entry<ByteString, Long> entry : list(image, id).entrySet()) {
        assertThat(image.lookup(id, entry.getKey()))
            .as("%s in %d", entry.getKey(), id)
            .isEqualTo(entry.getValue());
      }
    }
  }

  @Test
  void open_throughImageReader_isADescriptor() throws Exception {
    byte[] image = Vectors.good("16-base").image();

    MetadataImage opened = ImageReader.open(MemorySegment.ofArray(image), "base.cfs");

    assertThat(opened).isInstanceOf(DescriptorImage.class);
    assertThat(opened.source()).isEqualTo("base.cfs");
    assertThat(opened.root()).isEqualTo(1);
  }

  @Test
  void open_offHeapMemory_readsTheSame() throws Exception {
    byte[] image = Vectors.good("16-base").image();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(image.length).copyFrom(MemorySegment.ofArray(image));

      assertThat(list(DescriptorImage.open(bytes, "base"), 1))
          .isEqualTo(list(Vectors.good("16-base").open(), 1));
    }
  }

  @Test
  void list_root_hasDotsFirstThenNamesInBytewiseOrder() throws Exception {
    DescriptorImage image = Vectors.good("12-names").open();
    List<ByteString> names = List.copyOf(list(image, 1).keySet());

    assertThat(names.subList(0, 2)).containsExactly(ByteString.utf8("."), ByteString.utf8(".."));
    assertThat(names.subList(2, names.size())).hasSize(18).isSorted();
  }

  @Test
  void list_fromEveryCookie_goesOnBehindIt() throws Exception {
    DescriptorImage image = Vectors.good("11-dir1000").open();
    List<Long> cookies = new ArrayList<>();
    List<ByteString> names = new ArrayList<>();
    image.list(
        2,
        0,
        (cookie, inode, type, memory, at, length) -> {
          cookies.add(cookie);
          return names.add(ByteString.copyOf(memory, at, length));
        });

    assertThat(names).hasSize(1002);
    for (int i = 0; i < cookies.size(); i++) {
      List<ByteString> next = new ArrayList<>();
      image.list(
          2,
          cookies.get(i),
          (cookie, inode, type, memory, at, length) -> {
            next.add(ByteString.copyOf(memory, at, length));
            return false;
          });
      assertThat(next).isEqualTo(names.subList(i + 1, Math.min(i + 2, names.size())));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1003, Long.MAX_VALUE, Long.MIN_VALUE})
  void list_cookieNeverGivenOut_isInvalid(long cookie) throws Exception {
    DescriptorImage image = Vectors.good("11-dir1000").open();

    assertErrno(Errno.EINVAL, () -> image.list(2, cookie, (_, _, _, _, _, _) -> true));
  }

  @Test
  void list_types_areThoseOfTheInodes() throws Exception {
    DescriptorImage image = Vectors.good("08-devices").open();
    Map<String, FileType> types = new LinkedHashMap<>();
    image.list(
        1,
        2,
        (cookie, inode, type, memory, at, length) -> {
          types.put(ByteString.copyOf(memory, at, length).toString(), type);
          return true;
        });

    assertThat(types)
        .containsExactly(
            Map.entry("fifo", FileType.FIFO),
            Map.entry("null", FileType.CHARACTER_DEVICE),
            Map.entry("sda1", FileType.BLOCK_DEVICE),
            Map.entry("sock", FileType.SOCKET),
            Map.entry("sticky", FileType.DIRECTORY),
            Map.entry("suid", FileType.REGULAR),
            Map.entry("wide", FileType.CHARACTER_DEVICE));
  }

  @Test
  void lookup_dots_areTheDirectoryAndItsParent() throws Exception {
    DescriptorImage image = Vectors.good("03-nested").open();
    for (long id = 1; id <= image.inodeCount(); id++) {
      if (!isDirectory(image, id)) {
        continue;
      }
      assertThat(image.lookup(id, ByteString.utf8("."))).isEqualTo(id);
      for (Map.Entry<ByteString, Long> entry : list(image, id).entrySet()) {
        boolean dots = entry.getKey().startsWith(ByteString.utf8("."));
        if (!dots && isDirectory(image, entry.getValue())) {
          assertThat(image.lookup(entry.getValue(), ByteString.utf8(".."))).isEqualTo(id);
        }
      }
    }
    assertThat(image.lookup(1, ByteString.utf8(".."))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "file", "file-0000", "file-0100x", "file-9999", "zzz"})
  void lookup_absentNameInALargeDirectory_isNotFound(String name) throws Exception {
    DescriptorImage image = Vectors.good("11-dir1000").open();

    assertThat(image.lookup(2, ByteString.utf8(name))).isEqualTo(MetadataImage.NOT_FOUND);
  }

  /** A name before the only one made the kernel's first search leave the directory. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "aaa", "zzz"})
  void lookup_absentNameBesideTheOnlyOne_isNotFound(String name) throws Exception {
    DescriptorImage image = Vectors.good("15-single-entry").open();
    long directory = image.lookup(1, ByteString.utf8("dir"));

    assertThat(directory).isPositive();
    assertThat(image.lookup(directory, ByteString.utf8(name))).isEqualTo(MetadataImage.NOT_FOUND);
  }

  @Test
  void lookup_longOrInEmptyDirectory_isNotFound() throws Exception {
    DescriptorImage image = Vectors.good("02-empty-dir").open();

    assertThat(image.lookup(2, ByteString.utf8("x"))).isEqualTo(MetadataImage.NOT_FOUND);
    assertThat(image.lookup(1, ByteString.copyOf(new byte[256])))
        .isEqualTo(MetadataImage.NOT_FOUND);
  }

  @Test
  void content_backedFile_hasPathSizeAndDigest() throws Exception {
    DescriptorImage image = Vectors.good("16-base").open();

    assertThat(image.content(image.lookup(1, ByteString.utf8("x"))))
        .isEqualTo(new Content.Backed(ByteString.utf8(BASE_FILE.objectPath()), 10, BASE_FILE));
    assertThat(image.content(image.lookup(1, ByteString.utf8("y"))))
        .isEqualTo(new Content.Backed(ByteString.utf8("plain"), 5, null));
  }

  @Test
  void content_absolutePath_loosesItsSlashes() throws Exception {
    DescriptorImage image = Vectors.good("05-file-nodigest").open();
    List<ByteString> paths = new ArrayList<>();
    for (long id : list(image, 1).values()) {
      if (!isDirectory(image, id) && image.content(id) instanceof Content.Backed file) {
        paths.add(Objects.requireNonNull(file.path()));
      }
    }

    assertThat(paths).isNotEmpty().noneMatch(path -> path.at(0) == '/');
  }

  @Test
  void content_emptyFile_isNothingInline() throws Exception {
    DescriptorImage image = Vectors.good("06-empty-file").open();

    assertThat(image.content(2))
        .isInstanceOfSatisfying(
            Content.Inline.class, c -> assertThat(c.bytes().byteSize()).isZero());
  }

  @Test
  void readlink_links_areTheirTargetsWhateverTheirSize() throws Exception {
    DescriptorImage image = Vectors.good("07-symlink").open();

    assertThat(readlink(image, "l1")).isEqualTo(ByteString.utf8("target"));
    assertThat(readlink(image, "l3")).isEqualTo(ByteString.utf8("../"));
    assertThat(readlink(image, "sizeless")).isEqualTo(ByteString.utf8("target2"));
    assertThat(readlink(image, "long").length()).isEqualTo(4095);
  }

  @Test
  void xattrs_file_areTheStoredOnesInKeyOrder() throws Exception {
    DescriptorImage image = Vectors.good("16-base").open();
    Map<String, String> found = new LinkedHashMap<>();

    image.xattrs(
        image.lookup(1, ByteString.utf8("x")),
        (key, value) ->
            found.put(key.toString(), ByteString.copyOf(value, 0, (int) value.byteSize()) + ""));

    assertThat(found).containsExactly(Map.entry("user.k1", "v1"), Map.entry("user.k2", "value2"));
  }

  @ParameterizedTest
  @CsvSource({"user.k1, 2", "user.k2, 6", "user.k, -1", "user.k3, -1"})
  void xattr_key_givesLengthAndFitsOrIsNotCopied(String key, int length) throws Exception {
    DescriptorImage image = Vectors.good("16-base").open();
    long id = image.lookup(1, ByteString.utf8("x"));
    ByteString name = ByteString.utf8(key);
    MemorySegment room = MemorySegment.ofArray(new byte[16]);

    assertThat(image.xattr(id, name.asSegment(), 0, name.length(), room, 3, 6)).isEqualTo(length);
    assertThat(room.get(JAVA_BYTE, 3) != 0).isEqualTo(length > 0);
    room.fill((byte) 0);
    assertThat(image.xattr(id, name.asSegment(), 0, name.length(), room, 3, 1)).isEqualTo(length);
    assertThat(room.toArray(JAVA_BYTE)).containsOnly(0);
  }

  /** Its reference leads to the digest of another file, which is not at a multiple of 4. */
  @Test
  void xattrs_chunkSharedWithADigest_areRead() throws Exception {
    DescriptorImage image = Vectors.good("22-xattr-on-digest").open();
    List<String> keys = new ArrayList<>();

    image.xattrs(image.lookup(1, ByteString.utf8("b")), (key, value) -> keys.add(key.toString()));

    assertThat(keys).containsExactly("user.k1", "user.k2");
  }

  @ParameterizedTest
  @CsvSource({"16-base, true", "09-xattrs, true", "03-nested, false", "01-empty-root, false"})
  void hasXattrs_image_saysWhetherAnyInodeHas(String name, boolean expected) throws Exception {
    assertThat(Vectors.good(name).open().hasXattrs()).isEqualTo(expected);
    assertThat(Vectors.good(name).open().hasAcls()).isFalse();
  }

  @Test
  void questions_onTheWrongKindOfInode_haveTheirErrno() throws Exception {
    DescriptorImage image = Vectors.good("16-base").open();
    long file = image.lookup(1, ByteString.utf8("x"));
    long link = image.lookup(2, ByteString.utf8("cc"));

    assertErrno(Errno.ENOTDIR, () -> image.lookup(file, ByteString.utf8("x")));
    assertErrno(Errno.ENOTDIR, () -> image.list(file, 0, (_, _, _, _, _, _) -> true));
    assertErrno(Errno.EISDIR, () -> image.content(1));
    assertErrno(Errno.EINVAL, () -> image.content(link));
    assertErrno(Errno.EINVAL, () -> image.readlink(file));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 9, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32})
  void inode_idNeverHandedOut_isCorrupt(long id) throws Exception {
    DescriptorImage image = Vectors.good("16-base").open();

    assertErrno(Errno.EIO, () -> image.inode(id));
    assertErrno(Errno.EIO, () -> image.content(id));
    assertErrno(Errno.EIO, () -> image.lookup(id, ByteString.utf8("x")));
  }

  @Test
  void isDescriptor_otherBytes_isFalse() {
    IntStream.of(0, 7, 8, 4096)
        .forEach(size ->
            assertThat(DescriptorImage.isDescriptor(MemorySegment.ofArray(new byte[size])))
                .isFalse());
  }

  private static ByteString readlink(DescriptorImage image, String name) throws FsException {
    return image.readlink(image.lookup(1, ByteString.utf8(name)));
  }

  private static boolean isDirectory(DescriptorImage image, long id) {
    try {
      return image.inode(id).type() == FileType.DIRECTORY;
    } catch (CorruptImageException e) {
      return false; // the record of a hard link
    }
  }

  private static Map<ByteString, Long> list(DescriptorImage image, long directory)
      throws FsException {
    Map<ByteString, Long> entries = new LinkedHashMap<>();
    image.list(
        directory,
        0,
        (cookie, inode, type, names, at, length) -> {
          entries.put(ByteString.copyOf(names, at, length), inode);
          return true;
        });
    return entries;
  }

  private static void assertErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
