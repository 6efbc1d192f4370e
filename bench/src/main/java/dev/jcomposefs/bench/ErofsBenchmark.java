package dev.jcomposefs.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.erofs.ErofsImage;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one request of a mount costs in the image, in nanoseconds: a directory of some files, each
 * with a label and a backing object. {@code list} is for the whole directory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ErofsBenchmark {
  private static final int NAME_LENGTH = 12;
  private static final MemorySegment SELINUX = offHeap("security.selinux");
  private static final MemorySegment ACL = offHeap("system.posix_acl_access");

  @Param({"10", "1000", "100000"})
  int files = 1000;

  private final MemorySegment names = Arena.ofAuto().allocate(64);
  private final MemorySegment value = Arena.ofAuto().allocate(256);
  private final Inode inode = new Inode();
  private MetadataImage image = emptyImage();
  private long directory;
  private long[] inodes = {};
  private int next;

  private static MetadataImage emptyImage() {
    try {
      return image("/ 0 40755 2 0 0 0 0.0 - - -\n");
    } catch (IOException e) {
      throw new AssertionError("a sound dump", e);
    }
  }

  private static MetadataImage image(String dump) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(dump.getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(
        DumpReader.read(in, "dump", DumpMode.COMPATIBLE),
        ErofsVersion.V1,
        HashAlgorithm.SHA256,
        out);
    MemorySegment bytes = Arena.ofAuto().allocate(out.size(), 4096);
    return ErofsImage.open(bytes.copyFrom(MemorySegment.ofArray(out.toByteArray())), "image");
  }

  @Setup(Level.Trial)
  public void makeImage() throws IOException {
    StringBuilder dump =
        new StringBuilder("/ 0 40755 2 0 0 0 0.0 - - -\n/d 0 40755 2 0 0 0 0.0 - - -\n");
    for (int i = 0; i < files; i++) {
      dump.append(
          "/d/name-%07d 9000 100644 1 0 0 0 %d.0 5a/%062d - %064d security.selinux=label\n"
              .formatted(i, i, i, i));
    }
    image = image(dump.toString());
    directory = image.lookup(image.root(), ByteString.utf8("d"));
    inodes = new long[files];
    for (int i = 0; i < files; i++) {
      inodes[i] = image.lookup(directory, ByteString.utf8("name-%07d".formatted(i)));
    }
  }

  /** Far from the one before, so that it is not always the same memory that is looked at. */
  private int nextFile() {
    next = (int) ((next + 7919L) % files);
    return next;
  }

  private void putName(int number, char first) {
    names.set(JAVA_BYTE, 0, (byte) first);
    for (int i = 1; i < 5; i++) {
      names.set(JAVA_BYTE, i, (byte) "name-".charAt(i));
    }
    for (int i = NAME_LENGTH - 1; i >= 5; i--, number /= 10) {
      names.set(JAVA_BYTE, i, (byte) ('0' + number % 10));
    }
  }

  @Benchmark
  public long lookupHit() throws FsException {
    putName(nextFile(), 'n');
    return image.lookup(directory, names, 0, NAME_LENGTH);
  }

  @Benchmark
  public long lookupMiss() throws FsException {
    putName(nextFile(), 'n');
    return image.lookup(directory, names, 0, NAME_LENGTH - 1);
  }

  @Benchmark
  public long attributes() throws FsException {
    image.inode(inodes[nextFile()], inode);
    return inode.size();
  }

  @Benchmark
  public long list() throws FsException {
    image.list(directory, 0, (cookie, id, type, memory, at, length) -> cookie > 0);
    return directory;
  }

  @Benchmark
  public int xattrHit() throws FsException {
    return xattr(SELINUX);
  }

  @Benchmark
  public int xattrMiss() throws FsException {
    return xattr(ACL);
  }

  private static MemorySegment offHeap(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Arena.global().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  private int xattr(MemorySegment key) throws FsException {
    return image.xattr(
        inodes[nextFile()], key, 0, (int) key.byteSize(), value, 0, (int) value.byteSize());
  }
}
