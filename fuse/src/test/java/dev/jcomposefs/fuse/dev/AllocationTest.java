package dev.jcomposefs.fuse.dev;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.store.ObjectStore;
import dev.jcomposefs.cache.verify.ObjectVerifier;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that runs for months answers without making garbage: what each request leaves on the
 * heap, with a real image, a real object, and no kernel.
 */
class AllocationTest {
  private static final int PAGE = 4096;
  private static final int OBJECT_SIZE = 300_000;
  private static final int READ_SIZE = 16 << 10;

  /** Where a call leaves nothing, a measurement finds nothing but what the JVM itself does. */
  private static final double NOTHING = 1;

  /**
   * Views of the reply's buffer, as many as the compiler leaves, for up to a mebibyte of a file.
   */
  private static final double SOME_VIEWS = 256;

  /** Requests per measurement. */
  private static final int REQUESTS = 2_000;

  /**
   * The compiler gets rid of some objects, but not before it has seen the code run, and has had the
   * time to compile it beside whatever else the machine does.
   */
  private static final Duration UNTIL_COMPILED = Duration.ofSeconds(60);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path base;

  private final Arena arena = Arena.ofAuto();
  private final Request request = new Request(arena.allocate(64 << 10, Long.BYTES));
  private final VerificationCache cache = new VerificationCache(1 << 20, 1);
  private ObjectStore store;
  private ErofsImage image;
  private long root;
  private long backed;
  private Reply reply;

  /** Whatever is offered is taken, under the same number. */
  private static final class Takes implements BackingFiles {
    @Override
    public int open(Fd file) {
      return 1;
    }

    @Override
    public void close(int id) {}
  }

  @BeforeEach
  void prepare() throws IOException {
    byte[] content = new byte[OBJECT_SIZE];
    new Random(4).nextBytes(content);
    Digest digest = VerityHasher.digest(HashAlgorithm.SHA256, content);
    Path object = base.resolve(digest.objectPath());
    Files.createDirectories(object.getParent());
    Files.write(object, content);
    StringBuilder dump = new StringBuilder("/ 0 40755 2 0 0 0 0.0 - - -\n");
    for (int i = 0; i < 100; i++) {
      dump.append("/a%03d 0 100644 1 0 0 0 0.0 - - - security.selinux=label\n".formatted(i));
    }
    dump.append(
        "/file %d 100644 1 0 0 0 0.0 %s - %s\n"
            .formatted(OBJECT_SIZE, digest.objectPath(), digest));
    dump.append("/link 6 120777 1 0 0 0 0.0 target - -\n");
    image = image(dump.toString());
    root = ImageFileSystem.ROOT;
    backed = image.lookup(image.root(), ByteString.utf8("file"));
    store = ObjectStore.open(List.of(base));
    reply = new Reply(arena.allocate(OutHeaderLayout.SIZE + Negotiation.largestTransfer(PAGE), 8));
  }

  @AfterEach
  void close() {
    cache.close();
    store.close();
  }

  private ErofsImage image(String dump) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(
        DumpReader.read(
            new ByteArrayInputStream(dump.getBytes(US_ASCII)), "dump", DumpMode.COMPATIBLE),
        ErofsVersion.V1,
        HashAlgorithm.SHA256,
        out);
    MemorySegment bytes = arena.allocate(out.size(), PAGE);
    return ErofsImage.open(bytes.copyFrom(MemorySegment.ofArray(out.toByteArray())), "image");
  }

  private Dispatcher dispatcher(DataPath path) {
    ImageFileSystem files =
        new ImageFileSystem(image, new ObjectVerifier(store, VerifyPolicy.REQUIRE, cache));
    Contents contents =
        new Contents(files, new Takes(), path, new FileBudget(8), () -> new FileBudget(8));
    contents.negotiated(true);
    Connection connection = new Connection("test", files, contents, PAGE, false, unique -> false);
    return new Dispatcher(connection, request, reply, new RequestCounts(), new NeverSlow());
  }

  private static byte[] bytes(Opcode opcode, long node, byte[] body) {
    return ByteBuffer.allocate(InHeaderLayout.SIZE + body.length)
        .order(ByteOrder.nativeOrder())
        .putInt(InHeaderLayout.LENGTH_AT, InHeaderLayout.SIZE + body.length)
        .putInt(InHeaderLayout.OPCODE_AT, opcode.number())
        .putLong(InHeaderLayout.UNIQUE_AT, 2)
        .putLong(InHeaderLayout.NODE_AT, node)
        .put(InHeaderLayout.SIZE, body)
        .array();
  }

  private static byte[] read(long offset, int size) {
    return ByteBuffer.allocate(ReadInLayout.SIZE)
        .order(ByteOrder.nativeOrder())
        .putLong(ReadInLayout.OFFSET_AT, offset)
        .putInt(ReadInLayout.SIZE_AT, size)
        .array();
  }

  private static byte[] xattr(String key) {
    byte[] name = (key + "\0").getBytes(US_ASCII);
    return ByteBuffer.allocate(XattrInLayout.SIZE + name.length)
        .order(ByteOrder.nativeOrder())
        .putInt(XattrInLayout.SIZE_AT, 255)
        .put(XattrInLayout.SIZE, name)
        .array();
  }

  /** Least that a measurement found. */
  private double bytesPerRequest(Dispatcher dispatcher, double enough, byte[]... requests) {
    long deadline = System.nanoTime() + UNTIL_COMPILED.toNanos();
    double least = Double.MAX_VALUE;
    while (least >= enough && System.nanoTime() - deadline < 0) {
      least = Math.min(least, measure(dispatcher, requests));
    }
    return least;
  }

  private double measure(Dispatcher dispatcher, byte[]... requests) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < REQUESTS; i++) {
      for (byte[] bytes : requests) {
        MemorySegment.copy(bytes, 0, request.buffer(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        dispatcher.answer(bytes.length);
      }
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) REQUESTS;
  }

  private void isFree(DataPath path, double limit, byte[]... requests) {
    Dispatcher dispatcher = dispatcher(path);
    for (byte[] bytes : requests) {
      MemorySegment.copy(bytes, 0, request.buffer(), ValueLayout.JAVA_BYTE, 0, bytes.length);
      dispatcher.answer(bytes.length);
      assertThat(reply.buffer().get(ValueLayout.JAVA_INT, OutHeaderLayout.ERROR_AT)).isZero();
    }
    assertThat(bytesPerRequest(dispatcher, limit, requests)).isLessThan(limit);
  }

  private void isFree(byte[]... requests) {
    isFree(DataPath.COPY, NOTHING, requests);
  }

  @Test
  void lookup_allocatesNothing() {
    isFree(bytes(Opcode.LOOKUP, root, "a050\0".getBytes(US_ASCII)));
  }

  @Test
  void lookup_ofNoFile_allocatesNothing() {
    isFree(bytes(Opcode.LOOKUP, root, "missing\0".getBytes(US_ASCII)));
  }

  @Test
  void getattr_allocatesNothing() {
    isFree(bytes(Opcode.GETATTR, root, new byte[16]));
  }

  @Test
  void readdirplus_allocatesNothing() {
    isFree(bytes(Opcode.READDIRPLUS, root, read(0, 1 << 20)));
  }

  @Test
  void getxattr_allocatesNothing() throws FsException {
    isFree(
        bytes(
            Opcode.GETXATTR,
            image.lookup(image.root(), ByteString.utf8("a050")),
            xattr("security.selinux")));
  }

  @Test
  void readlink_allocatesNothing() throws FsException {
    isFree(
        bytes(Opcode.READLINK, image.lookup(image.root(), ByteString.utf8("link")), new byte[0]));
  }

  @Test
  void read_ofCheckedBlocks_allocatesNextToNothing() {
    isFree(DataPath.NO_OPEN, SOME_VIEWS, bytes(Opcode.READ, backed, read(0, READ_SIZE)));
  }

  @Test
  void openAndRelease_inPassthrough_allocateNothing() {
    isFree(
        DataPath.PASSTHROUGH,
        NOTHING,
        bytes(Opcode.OPEN, backed, new byte[OpenInLayout.SIZE]),
        bytes(Opcode.RELEASE, backed, new byte[24]));
  }
}
