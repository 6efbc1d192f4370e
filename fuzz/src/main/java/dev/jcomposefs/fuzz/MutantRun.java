package dev.jcomposefs.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sends many mutants of sound images through their targets. Each must end with values or typed
 * errors, within {@value #CPU_MILLIS_MAX} ms of processor time and {@value #MEGABYTES_MAX} MB of
 * allocated memory, which is more than was ever held at once.
 */
public final class MutantRun {
  static final int CPU_MILLIS_MAX = 100;
  static final int MEGABYTES_MAX = 64;

  /** Mutants whose time is not looked at: the compiler has not yet come to what they call. */
  private static final int WARM_UP = 5000;

  private final List<Mutator> erofs = new ArrayList<>();
  private final List<Mutator> descriptors = new ArrayList<>();
  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final long seed;
  private long slowestNanos;
  private long largestBytes;

  MutantRun(long seed) {
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    for (byte[] image : SeedCorpus.erofs().values()) {
      erofs.add(new Mutator(image, ErofsFields.of(image), random.split()));
    }
    for (byte[] image : SeedCorpus.descriptors().values()) {
      descriptors.add(new Mutator(image, everyWord(image), random.split()));
    }
  }

  /** Descriptors are dense: nearly every aligned word of them is a field. */
  private static List<List<Field>> everyWord(byte[] image) {
    List<Field> words = new ArrayList<>();
    for (int at = 0; at + 4 <= image.length; at += 4) {
      words.add(new Field(at, 4));
    }
    return List.of(words);
  }

  /**
   * The n-th mutant, through all targets for its format.
   *
   * @param n 0 and up, in order
   * @throws AssertionError if a target breaks its promise, with the mutant's number; the mutant is
   *     then in the working directory
   */
  void run(int n) throws IOException {
    boolean descriptor = n % 4 == 3;
    List<Mutator> mutators = descriptor ? descriptors : erofs;
    byte[] mutant = mutators.get(n / 4 % mutators.size()).next();
    Target image = descriptor ? Target.DESCRIPTOR_IMAGE : Target.EROFS_IMAGE;
    Target tree = descriptor ? Target.DESCRIPTOR_TREE : Target.EROFS_TREE;
    try {
      run(image, mutant, n);
      run(tree, mutant, n);
    } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
      Path file = Path.of("mutant-%d-%d".formatted(seed, n));
      Files.write(file, mutant);
      throw new AssertionError("mutant %d of seed %d, kept as %s".formatted(n, seed, file), e);
    }
  }

  private void run(Target target, byte[] mutant, int n) {
    long nanos = thread.getCurrentThreadCpuTime();
    long bytes = thread.getCurrentThreadAllocatedBytes();
    target.run(mutant);
    nanos = thread.getCurrentThreadCpuTime() - nanos;
    bytes = thread.getCurrentThreadAllocatedBytes() - bytes;
    largestBytes = Math.max(largestBytes, bytes);
    if (bytes > MEGABYTES_MAX << 20) {
      throw new AssertionError("%s took %d bytes".formatted(target.optionName(), bytes));
    }
    if (n < WARM_UP) {
      return;
    }
    slowestNanos = Math.max(slowestNanos, nanos);
    if (nanos > CPU_MILLIS_MAX * 1_000_000L) {
      throw new AssertionError("%s took %d ns".formatted(target.optionName(), nanos));
    }
  }

  /**
   * @param arguments how many mutants; the seed, else a random one
   */
  public static void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[0]);
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    System.out.printf("%d mutants of seed %d%n", count, seed);
    MutantRun mutants = new MutantRun(seed);
    for (int n = 0; n < count; n++) {
      mutants.run(n);
    }
    System.out.printf(
        "slowest: %.1f ms, largest: %.1f MB%n",
        mutants.slowestNanos / 1e6, mutants.largestBytes / 1e6);
  }
}
