package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.Vectors;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a driver asks for per request must not make garbage. */
class ErofsAllocationTest {
  private static final int ROUNDS = 2000;
  private static final Duration UNTIL_COMPILED = Duration.ofSeconds(60);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment into = arena.allocate(65536);
  private final Inode inode = new Inode();
  private ErofsImage image;
  private long directory;
  private long labelled;
  private ByteString label = ByteString.EMPTY;

  private interface Call {
    long run() throws FsException;
  }

  @BeforeEach
  void openImage() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] dump = Vectors.bytes("50-generated-5000.dump.gz");
    ErofsWriter.write(
        DumpReader.read(new ByteArrayInputStream(dump), "dump", DumpMode.COMPATIBLE),
        ErofsVersion.V1,
        HashAlgorithm.SHA256,
        out);
    MemorySegment mapped = arena.allocate(out.size(), 4096);
    image = ErofsImage.open(mapped.copyFrom(MemorySegment.ofArray(out.toByteArray())), "image");
    directory = image.root();
    image.list(directory, 0, (cookie, id, type, names, at, length) -> noteLabel(id));
    assertThat(label.isEmpty()).isFalse();
  }

  private boolean noteLabel(long id) {
    try {
      image.xattrs(
          id,
          (key, value) -> {
            labelled = id;
            label = key;
          });
    } catch (FsException e) {
      throw new AssertionError("sound image", e);
    }
    return label.isEmpty();
  }

  @AfterEach
  void closeArena() {
    arena.close();
  }

  @Test
  void inode_anyInode_allocatesNothing() {
    assertAllocatesNothing(() -> {
      image.inode(labelled, inode);
      return inode.size();
    });
  }

  @Test
  void lookup_hitAndMiss_allocateNothing() {
    MemorySegment hit = bytes("..");
    MemorySegment miss = bytes("no such name");
    assertAllocatesNothing(
        () -> image.lookup(directory, hit, 0, 2) + image.lookup(directory, miss, 0, 12));
  }

  @Test
  void list_wholeDirectory_allocatesNothing() {
    DirentSink sink = (cookie, id, type, names, at, length) -> cookie > 0;
    assertAllocatesNothing(() -> {
      image.list(directory, 0, sink);
      return 0;
    });
  }

  @Test
  void xattr_hitAndMisses_allocateNothing() {
    MemorySegment hit = bytes(label.toString());
    MemorySegment miss = bytes("security.capability");
    MemorySegment hidden = bytes("trusted.overlay.opaque");
    assertAllocatesNothing(() ->
        image.xattr(labelled, hit, 0, (int) hit.byteSize(), into, 0, 65536)
            + image.xattr(labelled, miss, 0, (int) miss.byteSize(), into, 0, 65536)
            + image.xattr(labelled, hidden, 0, (int) hidden.byteSize(), into, 0, 65536));
  }

  private MemorySegment bytes(String text) {
    ByteString bytes = ByteString.utf8(text);
    MemorySegment copy = arena.allocate(bytes.length());
    bytes.copyTo(copy, 0);
    return copy;
  }

  private static void assertAllocatesNothing(Call call) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    long least = Long.MAX_VALUE;
    try {
      // The virtual machine itself allocates while it links, and until it has compiled the code,
      // for which it may have little time beside whatever else the machine does.
      long deadline = System.nanoTime() + UNTIL_COMPILED.toNanos();
      while (least >= ROUNDS && System.nanoTime() - deadline < 0) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < ROUNDS; round++) {
          sum += call.run();
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
    } catch (FsException e) {
      throw new AssertionError("sound image", e);
    }
    assertThat(sum).isNotEqualTo(MetadataImage.NOT_FOUND);
    // The measurement itself takes a few bytes; one object per call would be 32,000 of them.
    assertThat(least).isLessThan(ROUNDS);
  }
}
