package dev.jcomposefs.fuse.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.FixtureImage;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentsTest {
  private static final int NO_FLUSH = 1 << 5;
  private static final int PASSTHROUGH = NO_FLUSH | 1 << 7;
  private static final int KEEP_CACHE = NO_FLUSH | 1 << 1;
  private static final int EPERM = -Errno.EPERM.number();
  private static final int ENOSYS = -Errno.ENOSYS.number();

  @TempDir Path base;

  private final Request request = new Request(Arena.ofAuto().allocate(4096, 8));
  private final Reply reply = new Reply(Arena.ofAuto().allocate((1 << 20) + 16, 8));
  private final FixtureImage image = new FixtureImage();
  private FixtureObjects objects;
  private Path object;
  private long backed;
  private long inline;

  /** Gives out the numbers from 1 on, or always the same refusal. */
  private static final class Kernel implements BackingFiles {
    private final int refusal;
    private final List<Integer> closed = new ArrayList<>();
    private int offers;

    Kernel(int refusal) {
      this.refusal = refusal;
    }

    @Override
    public int open(Fd file) {
      offers++;
      return refusal == 0 ? offers : refusal;
    }

    @Override
    public void close(int id) {
      closed.add(id);
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    objects = new FixtureObjects(base);
    object = objects.add(image, image.rootNode(), "backed", new byte[100_000]);
    backed = image.rootNode().id() + 1;
    inline = image.inline(image.rootNode(), "inline", "text").id();
  }

  @AfterEach
  void close() {
    objects.close();
  }

  private Contents contents(Kernel kernel, @Nullable DataPath wanted, boolean granted) {
    return contents(kernel, wanted, granted, VerifyPolicy.REQUIRE);
  }

  private Contents contents(
      Kernel kernel, @Nullable DataPath wanted, boolean granted, VerifyPolicy policy) {
    Contents contents =
        new Contents(
            new ImageFileSystem(image, objects.verifier(policy)),
            kernel,
            wanted,
            new FileBudget(16),
            () -> new FileBudget(16));
    contents.negotiated(granted);
    return contents;
  }

  private int open(Contents contents, long node) throws FsException {
    request.buffer().set(ValueLayout.JAVA_LONG, InHeaderLayout.NODE_AT, node);
    request.received(InHeaderLayout.SIZE + OpenInLayout.SIZE);
    return contents.open(request, reply, new NeverSlow());
  }

  private int flags() {
    return reply.buffer().get(ValueLayout.JAVA_INT, Reply.inBuffer(OpenOutLayout.OPEN_FLAGS_AT));
  }

  private int backingId() {
    return reply.buffer().get(ValueLayout.JAVA_INT, Reply.inBuffer(OpenOutLayout.BACKING_ID_AT));
  }

  @Test
  void open_objectSeveralTimes_sharesOneBackingId() throws FsException {
    Kernel kernel = new Kernel(0);
    Contents contents = contents(kernel, DataPath.PASSTHROUGH, true);
    for (int i = 0; i < 3; i++) {
      assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
      assertThat(flags()).isEqualTo(PASSTHROUGH);
      assertThat(backingId()).isEqualTo(1);
    }
    assertThat(kernel.offers).isEqualTo(1);
    assertThat(contents.path()).isEqualTo(DataPath.PASSTHROUGH);
  }

  @Test
  void open_fileInTheImage_isCopied() throws FsException {
    Contents contents = contents(new Kernel(0), null, true);
    assertThat(open(contents, inline)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(flags()).isEqualTo(KEEP_CACHE);
    assertThat(contents.path()).isEqualTo(DataPath.NO_OPEN);
  }

  @Test
  void open_firstObjectRefused_opensNoMore() throws FsException {
    Contents contents = contents(new Kernel(EPERM), null, true, VerifyPolicy.NONE);
    assertThat(open(contents, inline)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(open(contents, backed)).isEqualTo(ENOSYS);
    assertThat(contents.path()).isEqualTo(DataPath.NO_OPEN);
    assertThat(open(contents, inline)).isEqualTo(ENOSYS);
  }

  @Test
  void open_objectThatOnlyThisProcessChecks_isNotHandedToTheKernel() throws FsException {
    Kernel kernel = new Kernel(0);
    Contents contents = contents(kernel, null, true);
    assertThat(open(contents, backed)).isEqualTo(ENOSYS);
    assertThat(contents.path()).isEqualTo(DataPath.NO_OPEN);
    assertThat(kernel.offers).isZero();
  }

  @Test
  void open_objectThatNobodyChecks_isHandedToTheKernel() throws FsException {
    Contents contents = contents(new Kernel(0), null, true, VerifyPolicy.NONE);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(flags()).isEqualTo(PASSTHROUGH);
  }

  @Test
  void open_refusedThoughPassthroughIsWanted_isCopied() throws FsException {
    Contents contents = contents(new Kernel(EPERM), DataPath.PASSTHROUGH, true);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(flags()).isEqualTo(KEEP_CACHE);
  }

  @Test
  void path_withoutTheKernelsConsent_isTheNextBest() {
    assertThat(contents(new Kernel(0), null, false).path()).isEqualTo(DataPath.NO_OPEN);
    assertThat(contents(new Kernel(0), DataPath.PASSTHROUGH, false).path())
        .isEqualTo(DataPath.COPY);
    assertThat(contents(new Kernel(0), DataPath.NO_OPEN, true).path()).isEqualTo(DataPath.NO_OPEN);
  }

  @Test
  void open_objectThatOnlyGotAnotherName_isCheckedAgainAndShared() throws IOException {
    Kernel kernel = new Kernel(0);
    Contents contents = contents(kernel, DataPath.PASSTHROUGH, true);
    open(contents, backed);
    Files.createLink(base.resolve("second"), object);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(backingId()).isEqualTo(1);
    assertThat(kernel.offers).isEqualTo(1);
  }

  @Test
  void open_objectWithOtherBytesSinceThen_isAnError() throws IOException {
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, backed);
    byte[] other = new byte[100_000];
    other[99_999] = 1;
    Files.write(object, other);
    assertThatThrownBy(() -> open(contents, backed))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("digest is ");
  }

  @Test
  void open_objectThatGrewSinceThen_isAnError() throws IOException {
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, backed);
    Files.write(object, new byte[100_001]);
    assertThatThrownBy(() -> open(contents, backed))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("found 100001 bytes, expected 100000");
  }

  /** As somebody does who writes a file beside and renames it. */
  private void replace(byte[] content) throws IOException {
    Path other = base.resolve("other");
    Files.write(other, content);
    Files.move(other, object, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void open_objectReplacedByItsLike_isHandedOverAnew() throws IOException {
    Kernel kernel = new Kernel(0);
    Contents contents = contents(kernel, DataPath.PASSTHROUGH, true);
    open(contents, backed);
    contents.release(backed);
    replace(new byte[100_000]);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(flags()).isEqualTo(PASSTHROUGH);
    assertThat(backingId()).isEqualTo(2);
    assertThat(kernel.closed).containsExactly(1);
  }

  @Test
  void open_objectReplacedWhileItIsOpen_isAnErrorUntilItIsClosed() throws IOException {
    Kernel kernel = new Kernel(0);
    Contents contents = contents(kernel, DataPath.PASSTHROUGH, true);
    open(contents, backed);
    replace(new byte[100_000]);
    assertThatThrownBy(() -> open(contents, backed))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("replaced while it is open");
    assertThat(kernel.closed).isEmpty();
    contents.release(backed);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(backingId()).isEqualTo(2);
  }

  @Test
  void open_uncheckedObjectReplacedWhileItIsOpen_isStillTheFormer() throws IOException {
    Kernel kernel = new Kernel(0);
    Contents contents = contents(kernel, DataPath.PASSTHROUGH, true, VerifyPolicy.NONE);
    open(contents, backed);
    replace(new byte[100_000]);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(backingId()).isEqualTo(1);
  }

  @Test
  void open_objectReplacedByAnother_isAnError() throws IOException {
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, backed);
    contents.release(backed);
    byte[] other = new byte[100_000];
    other[0] = 1;
    replace(other);
    assertThatThrownBy(() -> open(contents, backed))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("digest is ");
  }

  @Test
  void open_objectThatIsGone_isAnErrorUntilItIsBack() throws IOException {
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, backed);
    contents.release(backed);
    Path away = base.resolve("away");
    Files.move(object, away);
    assertThatThrownBy(() -> open(contents, backed))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("not in any base directory");
    Files.move(away, object);
    assertThat(open(contents, backed)).isEqualTo(OpenOutLayout.SIZE);
    assertThat(backingId()).isEqualTo(1);
  }

  @Test
  void open_manyObjects_keepsNoDescriptorOfWhatTheKernelHas() throws IOException {
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, backed);
    long before = descriptors();
    for (int i = 0; i < 10; i++) {
      objects.add(image, image.rootNode(), "object" + i, new byte[] {(byte) i});
      open(contents, image.lookup(image.root(), ByteString.utf8("object" + i)));
      assertThat(backingId()).isEqualTo(2 + i);
    }
    assertThat(descriptors()).isEqualTo(before);
  }

  private long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(this::isObject).count();
    }
  }

  private boolean isObject(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(base);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void seek_inWhatTheKernelHas_findsTheHolesOfTheObject() throws IOException {
    byte[] content = new byte[200_000];
    content[0] = 1;
    Path sparse = objects.add(image, image.rootNode(), "sparse", content);
    try (FileChannel file = FileChannel.open(sparse, StandardOpenOption.WRITE)) {
      file.truncate(1);
      file.write(ByteBuffer.allocate(1), content.length - 1);
    }
    long node = image.lookup(image.root(), ByteString.utf8("sparse"));
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, node);
    MemorySegment body = request.buffer().asSlice(InHeaderLayout.SIZE);
    body.set(ValueLayout.JAVA_LONG, LseekInLayout.OFFSET_AT, 0);
    body.set(ValueLayout.JAVA_INT, LseekInLayout.WHENCE_AT, 4); // SEEK_HOLE
    request.received(InHeaderLayout.SIZE + LseekInLayout.SIZE);
    assertThat(contents.seek(request, reply, new NeverSlow())).isEqualTo(LseekOutLayout.SIZE);
    assertThat(reply.buffer().get(ValueLayout.JAVA_LONG, Reply.inBuffer(LseekOutLayout.OFFSET_AT)))
        .isBetween(1L, 199_999L);
  }

  private int read(Contents contents, long position, int length) throws FsException {
    request.buffer().set(ValueLayout.JAVA_LONG, InHeaderLayout.NODE_AT, backed);
    MemorySegment body = request.buffer().asSlice(InHeaderLayout.SIZE);
    body.set(ValueLayout.JAVA_LONG, ReadInLayout.OFFSET_AT, position);
    body.set(ValueLayout.JAVA_INT, ReadInLayout.SIZE_AT, length);
    request.received(InHeaderLayout.SIZE + ReadInLayout.SIZE);
    return contents.read(request, reply, new NeverSlow());
  }

  /** Who repairs an object puts another file in its place, which those who read must find. */
  @ParameterizedTest
  @EnumSource(
      value = DataPath.class,
      names = {"COPY", "NO_OPEN"})
  void read_damagedObjectReplacedByTheRightOne_isRightAgain(DataPath path) throws IOException {
    Contents contents = contents(new Kernel(EPERM), path, false);
    open(contents, backed);
    assertThat(read(contents, 0, 4096)).isEqualTo(4096);
    long before = descriptors();
    byte[] damaged = new byte[100_000];
    damaged[5000] = 1;
    Files.write(object, damaged);
    assertThatThrownBy(() -> read(contents, 4096, 4096))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("does not have its hash");
    damaged[5001] = 1;
    replace(damaged);
    assertThatThrownBy(() -> read(contents, 4096, 4096)).isInstanceOf(FsException.class);
    replace(new byte[100_000]);

    assertThat(read(contents, 4096, 4096)).isEqualTo(4096);

    assertThat(read(contents, 0, 4096)).isEqualTo(4096);
    assertThat(descriptors()).isEqualTo(before);
  }

  @Test
  void read_ofWhatTheKernelHas_isAnsweredAllTheSame() throws IOException {
    Contents contents = contents(new Kernel(0), DataPath.PASSTHROUGH, true);
    open(contents, backed);
    MemorySegment body = request.buffer().asSlice(InHeaderLayout.SIZE);
    body.set(ValueLayout.JAVA_LONG, ReadInLayout.OFFSET_AT, 98_304);
    body.set(ValueLayout.JAVA_INT, ReadInLayout.SIZE_AT, 8192);
    request.received(InHeaderLayout.SIZE + ReadInLayout.SIZE);
    assertThat(contents.read(request, reply, new NeverSlow())).isEqualTo(100_000 - 98_304);
    open(contents, backed);
    assertThat(backingId()).isEqualTo(1);
  }
}
