package dev.jcomposefs.fuse.dev;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the server itself adds to a request, in nanoseconds: from the bytes that the kernel sent to
 * those that it gets back. {@code readdirplus} is for a directory of {@value #FILES} files.
 *
 * <p>In this package because nothing outside it needs a dispatcher.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DispatcherBenchmark {
  static final int FILES = 1000;

  private static final int PAGE = 4096;

  /** A listing in one reply. */
  private static final int LARGEST = 1 << 20;

  private final Arena arena = Arena.ofAuto();
  private final Request request = new Request(arena.allocate(64 << 10, Long.BYTES));
  private final Reply reply =
      new Reply(arena.allocate(OutHeaderLayout.SIZE + Negotiation.largestTransfer(PAGE), 8));

  private Dispatcher dispatcher = dispatcher(image(""));
  private byte[] lookup = {};
  private byte[] getattr = {};
  private byte[] getxattr = {};
  private byte[] readdirplus = {};

  private record NoBacking() implements BackingFiles {
    @Override
    public int open(Fd file) {
      return -Errno.EPERM.number();
    }

    @Override
    public void close(int id) {}
  }

  private record NeverSlow() implements SlowSection {
    @Override
    public void begin(Request request) {}

    @Override
    public boolean end() {
      return false;
    }
  }

  private ErofsImage image(String files) {
    String dump = "/ 0 40755 2 0 0 0 0.0 - - -\n" + files;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ErofsWriter.write(
          DumpReader.read(
              new ByteArrayInputStream(dump.getBytes(US_ASCII)), "dump", DumpMode.COMPATIBLE),
          ErofsVersion.V1,
          HashAlgorithm.SHA256,
          out);
      MemorySegment bytes = arena.allocate(out.size(), PAGE);
      return ErofsImage.open(bytes.copyFrom(MemorySegment.ofArray(out.toByteArray())), "image");
    } catch (IOException e) {
      throw new AssertionError("a sound dump", e);
    }
  }

  private Dispatcher dispatcher(ErofsImage image) {
    try {
      ObjectVerifier objects =
          new ObjectVerifier(
              ObjectStore.open(List.of()), VerifyPolicy.NONE, new VerificationCache(1 << 20, 1));
      ImageFileSystem files = new ImageFileSystem(image, objects);
      Contents contents =
          new Contents(
              files, new NoBacking(), DataPath.COPY, new FileBudget(8), () -> new FileBudget(8));
      Connection connection =
          new Connection("bench", files, contents, PAGE, false, unique -> false);
      return new Dispatcher(connection, request, reply, new RequestCounts(), new NeverSlow());
    } catch (IOException e) {
      throw new AssertionError("a store without directories", e);
    }
  }

  @Setup(Level.Trial)
  public void prepare() throws IOException {
    StringBuilder files = new StringBuilder();
    for (int i = 0; i < FILES; i++) {
      files.append(
          "/name-%07d 9000 100644 1 0 0 0 %d.0 5a/%062d - %064d security.selinux=label\n"
              .formatted(i, i, i, i));
    }
    ErofsImage image = image(files.toString());
    dispatcher = dispatcher(image);
    long file = image.lookup(image.root(), ByteString.utf8("name-0000500"));
    lookup = bytes(Opcode.LOOKUP, ImageFileSystem.ROOT, "name-0000500\0".getBytes(US_ASCII));
    getattr = bytes(Opcode.GETATTR, file, new byte[16]);
    getxattr =
        bytes(
            Opcode.GETXATTR,
            file,
            body(XattrInLayout.SIZE + 17)
                .putInt(XattrInLayout.SIZE_AT, 255)
                .put(XattrInLayout.SIZE, "security.selinux\0".getBytes(US_ASCII))
                .array());
    readdirplus =
        bytes(
            Opcode.READDIRPLUS,
            ImageFileSystem.ROOT,
            body(ReadInLayout.SIZE).putInt(ReadInLayout.SIZE_AT, LARGEST).array());
  }

  private static ByteBuffer body(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  private static byte[] bytes(Opcode opcode, long node, byte[] body) {
    return body(InHeaderLayout.SIZE + body.length)
        .putInt(InHeaderLayout.LENGTH_AT, InHeaderLayout.SIZE + body.length)
        .putInt(InHeaderLayout.OPCODE_AT, opcode.number())
        .putLong(InHeaderLayout.UNIQUE_AT, 2)
        .putLong(InHeaderLayout.NODE_AT, node)
        .put(InHeaderLayout.SIZE, body)
        .array();
  }

  private int answer(byte[] bytes) {
    MemorySegment.copy(bytes, 0, request.buffer(), ValueLayout.JAVA_BYTE, 0, bytes.length);
    return dispatcher.answer(bytes.length);
  }

  @Benchmark
  public int lookup() {
    return answer(lookup);
  }

  @Benchmark
  public int getattr() {
    return answer(getattr);
  }

  @Benchmark
  public int getxattr() {
    return answer(getxattr);
  }

  @Benchmark
  public int readdirplus() {
    return answer(readdirplus);
  }
}
