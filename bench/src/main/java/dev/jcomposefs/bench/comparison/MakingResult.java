package dev.jcomposefs.bench.comparison;

import java.util.List;
import java.util.Map;

/**
 * What making an image took. The names of the components are those of the JSON.
 *
 * @param machine facts about the machine
 * @param entries of the tree
 * @param files regular ones among them
 * @param bytes of their content
 * @param works one per thing that was done
 * @param targets what is aimed at, and what came of it
 * @param skipped what could not be done, and why
 */
record MakingResult(
    Map<String, String> machine,
    long entries,
    long files,
    long bytes,
    List<Work> works,
    List<Target> targets,
    Map<String, String> skipped) {

  /**
   * One thing done to the tree, the whole process from start to end.
   *
   * @param medianMillis of the rounds
   * @param spread distance of the quartiles as a share of the median
   * @param userMillis median of the time on the CPUs in user mode; 0 if not known
   * @param systemMillis the same in the kernel
   * @param filesPerSecond regular files of the tree; 0 if it is not about the tree
   * @param megabytesPerSecond 10^6 bytes of their content; 0 if it is not about the tree
   * @param peakKiB median of the peak memory; 0 if not known
   * @param rounds each round, in milliseconds
   */
  record Work(
      String name,
      double medianMillis,
      double spread,
      double userMillis,
      double systemMillis,
      double filesPerSecond,
      double megabytesPerSecond,
      double peakKiB,
      List<Double> rounds) {}

  /** A limit, and the figure that is held against it. */
  record Target(String name, String unit, double limit, double found) {
    boolean isMet() {
      return found <= limit;
    }
  }
}
