package dev.jcomposefs.bench;

import static java.util.Objects.requireNonNull;

import dev.jcomposefs.format.verity.BlockSource;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.MerkleTree;
import dev.jcomposefs.format.verity.VerityHasher;
import dev.jcomposefs.format.verity.VerityMeasurer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The digest of 64 MiB in memory, in MiB per second: the JDK's hash alone, the streaming digest,
 * and the measurer with one and two threads.
 *
 * <p>What a tree must cost beyond the bare hash: for every 64 (SHA-256) or 32 (SHA-512)
 * compressions of data, one for the padding that ends a block's hash and half a one for the levels
 * above.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(VerityBenchmark.MEBIBYTES)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class VerityBenchmark {
  static final int MEBIBYTES = 64;
  private static final int READ = 128 << 10;

  @Param({"SHA256", "SHA512"})
  HashAlgorithm algorithm = HashAlgorithm.SHA256;

  private final byte[] content = new byte[MEBIBYTES << 20];
  private final MemorySegment offHeap = Arena.ofAuto().allocate(content.length);
  private final VerityMeasurer alone = new VerityMeasurer(1);
  private final VerityMeasurer inPairs = new VerityMeasurer(2);
  private VerityHasher hasher = new VerityHasher(algorithm);
  private @Nullable MerkleTree tree;

  @Setup(Level.Trial)
  public void fill() throws IOException {
    new SplittableRandom(1).nextBytes(content);
    offHeap.copyFrom(MemorySegment.ofArray(content));
    hasher = new VerityHasher(algorithm);
    tree = alone.tree(algorithm, source(), content.length);
  }

  @TearDown(Level.Trial)
  public void close() {
    alone.close();
    inPairs.close();
  }

  @Benchmark
  public byte[] bareHash() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance(algorithm == HashAlgorithm.SHA256 ? "SHA-256" : "SHA-512")
        .digest(content);
  }

  @Benchmark
  public Digest streaming() {
    hasher.update(content, 0, content.length);
    return hasher.digest();
  }

  @Benchmark
  public Digest streamingOffHeap() {
    hasher.update(offHeap);
    return hasher.digest();
  }

  @Benchmark
  public Digest oneThread() throws IOException {
    return alone.measure(algorithm, source(), content.length);
  }

  @Benchmark
  public Digest twoThreads() throws IOException {
    return inPairs.measure(algorithm, source(), content.length);
  }

  @Benchmark
  public MerkleTree treeWithTwoThreads() throws IOException {
    return inPairs.tree(algorithm, source(), content.length);
  }

  /** What a mount does with the answers to its reads, 128 KiB at a time. */
  @Benchmark
  public void checkOffHeap() {
    MerkleTree tree = requireNonNull(this.tree);
    for (long at = 0; at < content.length; at += READ) {
      long bad = tree.firstMismatch(at / MerkleTree.BLOCK_SIZE, offHeap.asSlice(at, READ));
      if (bad >= 0) {
        throw new IllegalStateException("block %d does not match".formatted(bad));
      }
    }
  }

  private BlockSource source() {
    return (position, into, offset, length) -> {
      int read = (int) Math.min(length, content.length - position);
      if (read > 0) {
        System.arraycopy(content, (int) position, into, offset, read);
      }
      return read;
    };
  }
}
