package dev.jcomposefs.fuse.dev;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.store.ObjectStore;
import dev.jcomposefs.cache.verify.ObjectVerifier;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.fs.FixtureImage;
import dev.jcomposefs.fuse.fs.FixtureImage.Node;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol without a kernel: bytes of a request in, bytes of the reply out. */
class ProtocolTest {
  private static final int PAGE = 4096;
  private static final long SLOW_REQUEST = 0x20;

  /** One exchange of {@code protocol.txt}. */
  record Case(String title, String request, String reply) {
    @Override
    public String toString() {
      return title;
    }
  }

  /** The kernel takes no backing files here. */
  private static final class NoBacking implements BackingFiles {
    @Override
    public int open(Fd file) {
      return -Errno.EPERM.number();
    }

    @Override
    public void close(int id) {
      throw new AssertionError("no backing file was ever open");
    }
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream in = ProtocolTest.class.getResourceAsStream("protocol.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      // what stands before the first title, and the title of the explanation, are no cases
      return Stream.of(text.split("(?m)^== ", -1))
          .skip(2)
          .map(block -> block.split("\n", -1))
          .map(lines -> new Case(lines[0], bytes(lines, ">"), bytes(lines, "<")));
    }
  }

  private static String bytes(String[] lines, String mark) {
    return Stream.of(lines)
        .filter(line -> line.startsWith(mark + " "))
        .map(line -> line.substring(2).split(" {3}", 2)[0].replace(" ", ""))
        .collect(Collectors.joining());
  }

  /** Inodes count up from 37 in the order in which they are added. */
  private static FixtureImage image() {
    FixtureImage image = new FixtureImage();
    Node root = image.rootNode();
    image
        .inline(root, "a.txt", "hello")
        .links(2)
        .owner(1000, (int) 4_000_000_000L)
        .modified(1_700_000_000L, 123_456_789)
        .xattr("user.a", "value");
    image.symlink(root, "link", ByteString.utf8("a.txt"));
    Node sub = image.directory(root, "sub");
    image.add(root, "device", FileType.CHARACTER_DEVICE).device(0x103).modified(-1, 2_000_000_000);
    image.add(root, ByteString.copyOf(new byte[] {-1, -2, '\n'}), FileType.REGULAR);
    image.add(sub, "eight888", FileType.REGULAR);
    Node broken = image.directory(root, "broken");
    image.link(broken, "astray", 999);
    return image;
  }

  private final Arena arena = Arena.ofAuto();
  private final Request request = new Request(arena.allocate(64 << 10, Long.BYTES));
  private final RequestCounts counts = new RequestCounts();

  private Dispatcher dispatcher(Reply reply) {
    return dispatcher(image(), reply);
  }

  private Dispatcher dispatcher(FixtureImage image, Reply reply) {
    try {
      ImageFileSystem files =
          new ImageFileSystem(
              image,
              new ObjectVerifier(
                  ObjectStore.open(List.of()),
                  VerifyPolicy.IF_PRESENT,
                  new VerificationCache(1 << 20, 1)));
      Contents contents =
          new Contents(
              files,
              new NoBacking(),
              DataPath.PASSTHROUGH,
              new FileBudget(8),
              () -> new FileBudget(8));
      Connection connection =
          new Connection("test", files, contents, PAGE, false, unique -> unique == SLOW_REQUEST);
      return new Dispatcher(connection, request, reply, counts, new NeverSlow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Reply reply() {
    return new Reply(arena.allocate(OutHeaderLayout.SIZE + Negotiation.largestTransfer(PAGE), 8));
  }

  private String exchange(Dispatcher dispatcher, Reply reply, byte[] bytes) {
    MemorySegment.copy(bytes, 0, request.buffer(), ValueLayout.JAVA_BYTE, 0, bytes.length);
    int length = dispatcher.answer(bytes.length);
    byte[] answer = new byte[length];
    MemorySegment.copy(reply.buffer(), ValueLayout.JAVA_BYTE, 0, answer, 0, length);
    return HexFormat.of().formatHex(answer);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answer_annotatedRequest_isTheAnnotatedReply(Case exchange) {
    Reply reply = reply();
    // what an earlier reply left behind must not show
    reply.buffer().fill((byte) 0xee);
    byte[] bytes = HexFormat.of().parseHex(exchange.request());
    assertThat(exchange(dispatcher(reply), reply, bytes)).isEqualTo(exchange.reply());
  }

  @Test
  void answer_xattrOfAnImageWithout_isNotImplemented() {
    FixtureImage image = new FixtureImage();
    Reply reply = reply();
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "37000000 16000000 1000000000000000 0100000000000000".replace(" ", "")
                    + "00".repeat(24)
                    + HexFormat.of().formatHex("user.a\0".getBytes(StandardCharsets.US_ASCII)));
    assertThat(exchange(dispatcher(image, reply), reply, bytes))
        .isEqualTo("10000000daffffff1000000000000000");
  }

  @ParameterizedTest
  @CsvSource({
    "00000000, 18000000 00000000 1000000000000000 0000000000000000",
    "00010000, 10000000 00000000 1000000000000000"
  })
  void answer_xattrsOfAnImageWithout_areAnEmptyList(String room, String expected) {
    Reply reply = reply();
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "30000000 17000000 1000000000000000 0100000000000000".replace(" ", "")
                    + "00".repeat(16)
                    + room
                    + "00000000");
    assertThat(exchange(dispatcher(new FixtureImage(), reply), reply, bytes))
        .isEqualTo(expected.replace(" ", ""));
  }

  @Test
  void answer_anyRequestCutAnywhere_isAReplyThatTheKernelTakes() throws IOException {
    Reply reply = reply();
    Dispatcher dispatcher = dispatcher(reply);
    for (Case exchange : cases().toList()) {
      byte[] whole = HexFormat.of().parseHex(exchange.request());
      for (int length = InHeaderLayout.SIZE; length <= whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        ByteBuffer.wrap(cut).order(LITTLE_ENDIAN).putInt(0, length);
        assertThat(exchange(dispatcher, reply, cut)).satisfies(answer -> checkHeader(answer, cut));
      }
    }
  }

  @Test
  void answer_randomChanges_isAReplyThatTheKernelTakes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Reply reply = reply();
    Dispatcher dispatcher = dispatcher(reply);
    List<Case> all = cases().toList();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = HexFormat.of().parseHex(all.get(random.nextInt(all.size())).request());
      for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(exchange(dispatcher, reply, bytes))
          .as("seed %d", seed)
          .satisfies(answer -> checkHeader(answer, bytes));
    }
  }

  /**
   * The kernel refuses a wrong length, another errno, a body beside an error, and then waits on.
   */
  private static void checkHeader(String answer, byte[] request) {
    if (answer.isEmpty()) {
      return;
    }
    ByteBuffer out = ByteBuffer.wrap(HexFormat.of().parseHex(answer)).order(LITTLE_ENDIAN);
    ByteBuffer in = ByteBuffer.wrap(request).order(LITTLE_ENDIAN);
    assertThat(out.getInt(OutHeaderLayout.LENGTH_AT)).isEqualTo(out.limit());
    assertThat(out.getInt(OutHeaderLayout.ERROR_AT)).isBetween(-511, 0);
    assertThat(out.getLong(OutHeaderLayout.UNIQUE_AT))
        .isEqualTo(in.getLong(InHeaderLayout.UNIQUE_AT));
    if (out.getInt(OutHeaderLayout.ERROR_AT) != 0) {
      assertThat(out.limit()).isEqualTo(OutHeaderLayout.SIZE);
    }
  }

  @Test
  void counts_requests_areCountedByKind() throws IOException {
    Reply reply = reply();
    Dispatcher dispatcher = dispatcher(reply);
    for (Case exchange : cases().filter(c -> c.title().startsWith("link target")).toList()) {
      exchange(dispatcher, reply, HexFormat.of().parseHex(exchange.request()));
    }
    assertThat(counts.get(Opcode.READLINK)).isEqualTo(2);
    assertThat(counts.get(Opcode.READ)).isZero();
  }
}
