package dev.jcomposefs.fuse.jnr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.fuse.fs.FixtureImage;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/** The callbacks as libfuse would call them; jnr-fuse's own structs read what they leave. */
class OperationsTest {
  @TempDir Path base;

  private final Arena arena = Arena.ofConfined();
  private final FixtureImage image = new FixtureImage();
  private final FixtureImage.Node root = image.rootNode();
  private final OpenFiles open = new OpenFiles();
  private FixtureObjects objects;
  private ImageFileSystem files;
  private Operations operations;

  @BeforeEach
  void open() throws FsException {
    objects = new FixtureObjects(base);
    files = new ImageFileSystem(image, objects.verifier(VerifyPolicy.REQUIRE));
    operations = new Operations(files, open, StatLayout.of(System.getProperty("os.arch")));
  }

  @AfterEach
  void close() {
    open.close();
    objects.close();
    arena.close();
  }

  private long text(String text) {
    return arena.allocateFrom(text).address();
  }

  private long memory(long bytes) {
    return arena.allocate(bytes, 8).address();
  }

  private static Pointer pointer(long address) {
    return Pointer.wrap(Runtime.getSystemRuntime(), address);
  }

  private static String string(long address, int length) {
    return new String(
        ByteString.copyOf(NativeMemory.ALL, address, length).toByteArray(), StandardCharsets.UTF_8);
  }

  private static int minus(Errno errno) {
    return -errno.number();
  }

  @Test
  void getattr_file_fillsTheStatThatJnrFuseKnows() {
    FixtureImage.Node file =
        image
            .inline(image.directory(root, "dir"), "file", "hello")
            .permissions(02750)
            .links(3)
            .owner(0x80000001, 12)
            .modified(-7, 8);
    long into = memory(256);

    assertThat(operations.getattr(text("/dir/file"), into)).isZero();

    FileStat stat = FileStat.of(pointer(into));
    assertThat(stat.st_ino.longValue()).isEqualTo(file.id());
    assertThat(stat.st_mode.longValue()).isEqualTo(0102750);
    assertThat(stat.st_nlink.longValue()).isEqualTo(3);
    assertThat(stat.st_uid.longValue() & 0xffffffffL).isEqualTo(0x80000001L);
    assertThat(stat.st_gid.longValue()).isEqualTo(12);
    assertThat(stat.st_size.longValue()).isEqualTo(5);
    assertThat(stat.st_blksize.longValue()).isEqualTo(4096);
    assertThat(stat.st_blocks.longValue()).isEqualTo(8);
    assertThat(stat.st_mtim.tv_sec.longValue()).isEqualTo(-7);
    assertThat(stat.st_mtim.tv_nsec.longValue()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "//", "///"})
  void getattr_pathWithoutNames_isTheRoot(String path) {
    long into = memory(256);

    assertThat(operations.getattr(text(path), into)).isZero();
    assertThat(FileStat.of(pointer(into)).st_ino.longValue()).isEqualTo(1);
  }

  @Test
  void getattr_missingName_isNotThere() {
    assertThat(operations.getattr(text("/none"), memory(256))).isEqualTo(minus(Errno.ENOENT));
    assertThat(files.failureCount()).isZero();
  }

  @Test
  void getattr_belowAFile_isNoDirectory() {
    image.inline(root, "file", "");

    assertThat(operations.getattr(text("/file/x"), memory(256))).isEqualTo(minus(Errno.ENOTDIR));
  }

  @Test
  void getattr_withoutMemory_isAnErrorInsteadOfAnException() {
    assertThat(operations.getattr(-8, memory(256))).isEqualTo(minus(Errno.EIO));
    assertThat(files.failureCount()).isEqualTo(1);
  }

  @Test
  void openReadRelease_file_goThroughTheHandle() {
    FixtureImage.Node file = image.inline(root, "file", "hello world");
    long info = memory(FileInfoLayout.SIZE);
    long buffer = memory(64);

    assertThat(operations.open(text("/file"), info)).isZero();
    assertThat(FuseFileInfo.of(pointer(info)).fh.longValue()).isEqualTo(1);
    assertThat(operations.read(0, buffer, 5, 6, info)).isEqualTo(5);
    assertThat(string(buffer, 5)).isEqualTo("world");
    assertThat(operations.read(0, buffer, 64, 11, info)).isZero();

    long stat = memory(256);
    assertThat(operations.fgetattr(0, stat, info)).isZero();
    assertThat(FileStat.of(pointer(stat)).st_ino.longValue()).isEqualTo(file.id());

    assertThat(operations.release(0, info)).isZero();
    assertThat(operations.read(0, buffer, 5, 0, info)).isEqualTo(minus(Errno.EBADF));
    assertThat(operations.release(0, info)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void open_forWriting_isRefused(int flags) {
    image.inline(root, "file", "");
    long info = memory(FileInfoLayout.SIZE);
    NativeMemory.ALL.set(ValueLayout.JAVA_INT, info, flags);

    assertThat(operations.open(text("/file"), info)).isEqualTo(minus(Errno.EROFS));
  }

  @Test
  void open_missingObject_isAnInputOutputError() {
    image.backed(root, "file", "ab/cd", 3, FixtureObjects.digest(new byte[3]));

    assertThat(operations.open(text("/file"), memory(FileInfoLayout.SIZE)))
        .isEqualTo(minus(Errno.EIO));
    assertThat(files.failureCount()).isEqualTo(1);
  }

  @Test
  void readlink_target_endsWithANul() {
    image.symlink(root, "link", ByteString.utf8("../target"));
    MemorySegment into = arena.allocate(16).fill((byte) 0xee);

    assertThat(operations.readlink(text("/link"), into.address(), 10)).isZero();
    assertThat(into.getString(0)).isEqualTo("../target");
    assertThat(into.get(ValueLayout.JAVA_BYTE, 10)).isEqualTo((byte) 0xee);
  }

  @Test
  void readlink_bufferTooSmall_isNotOverrun() {
    image.symlink(root, "link", ByteString.utf8("../target"));
    MemorySegment into = arena.allocate(16).fill((byte) 0xee);

    assertThat(operations.readlink(text("/link"), into.address(), 9))
        .isEqualTo(minus(Errno.ENAMETOOLONG));
    assertThat(into.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0xee);
  }

  @Test
  void readlink_file_isInvalid() {
    image.add(root, "fifo", FileType.FIFO);

    assertThat(operations.readlink(text("/fifo"), memory(16), 16)).isEqualTo(minus(Errno.EINVAL));
  }

  @Test
  void xattrs_imageWithoutAny_areAskedForOnceAndListedAsNone() {
    image.inline(root, "file", "");

    assertThat(operations.getxattr(text("/file"), text("user.a"), memory(8), 8))
        .isEqualTo(minus(Errno.ENOSYS));
    assertThat(operations.listxattr(text("/file"), memory(8), 8)).isZero();
  }

  @Test
  void getxattr_sizes_followTheSystemCall() {
    image.inline(root, "file", "").xattr("user.a", "value");
    MemorySegment into = arena.allocate(8).fill((byte) 0xee);

    assertThat(operations.getxattr(text("/file"), text("user.a"), 0, 0)).isEqualTo(5);
    assertThat(operations.getxattr(text("/file"), text("user.a"), into.address(), 4))
        .isEqualTo(minus(Errno.ERANGE));
    assertThat(into.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0xee);
    assertThat(operations.getxattr(text("/file"), text("user.a"), into.address(), 5)).isEqualTo(5);
    assertThat(string(into.address(), 5)).isEqualTo("value");
    assertThat(operations.getxattr(text("/file"), text("user.b"), into.address(), 8))
        .isEqualTo(minus(Errno.ENODATA));
    assertThat(operations.getxattr(text("/"), text("user.a"), into.address(), 8))
        .isEqualTo(minus(Errno.ENODATA));
  }

  @Test
  void listxattr_sizes_followTheSystemCall() {
    image.inline(root, "file", "").xattr("user.a", "");
    long into = memory(8);

    assertThat(operations.listxattr(text("/file"), 0, 0)).isEqualTo(7);
    assertThat(operations.listxattr(text("/file"), into, 6)).isEqualTo(minus(Errno.ERANGE));
    assertThat(operations.listxattr(text("/file"), into, 8)).isEqualTo(7);
    assertThat(string(into, 7)).isEqualTo("user.a\0");
    assertThat(operations.listxattr(text("/"), into, 8)).isZero();
  }

  @Test
  void opendir_directory_keepsItsNodeAsHandle() {
    FixtureImage.Node directory = image.directory(root, "dir");
    long info = memory(FileInfoLayout.SIZE);

    assertThat(operations.opendir(text("/dir"), info)).isZero();
    assertThat(FuseFileInfo.of(pointer(info)).fh.longValue()).isEqualTo(directory.id());
  }

  @Test
  void statfs_image_fillsTheStatvfsThatJnrFuseKnows() {
    image.inline(root, "file", "");
    long into = memory(StatvfsLayout.SIZE);

    assertThat(operations.statfs(text("/"), into)).isZero();

    Statvfs statvfs = Statvfs.of(pointer(into));
    assertThat(statvfs.f_bsize.longValue()).isEqualTo(4096);
    assertThat(statvfs.f_frsize.longValue()).isEqualTo(4096);
    assertThat(statvfs.f_blocks.longValue()).isEqualTo(2);
    assertThat(statvfs.f_bfree.longValue()).isZero();
    assertThat(statvfs.f_files.longValue()).isEqualTo(2);
    assertThat(statvfs.f_namemax.longValue()).isEqualTo(255);
  }

  @Test
  void openFiles_handles_areNeverGivenTwice() throws FsException {
    image.inline(root, "file", "");
    long[] handles = new long[100];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = open.add(5, files.open(root.id() + 1));
      open.close(handles[i]);
    }
    assertThat(Arrays.stream(handles).distinct()).hasSize(100);
    assertThat(open.get(handles[7])).isNull();
  }
}
