package dev.jcomposefs.bench.comparison;

import java.util.List;
import java.util.Map;

/**
 * One run, in one mode. The names of the components are those of the JSON.
 *
 * @param mode where client and server could run
 * @param machine facts about the machine
 * @param entries of the tree
 * @param emptyRequest what a request takes that a server does nothing for
 * @param timings one per workload and target
 * @param servers one per target that is a process
 * @param skipped targets that could not be had, and why
 */
record Result(
    String mode,
    Map<String, String> machine,
    long entries,
    EmptyRequest emptyRequest,
    List<Timing> timings,
    List<Server> servers,
    Map<String, String> skipped) {

  /**
   * A request that a server does nothing for.
   *
   * @param asleepMicros if the server sleeps until it comes
   * @param lookingMicros if the server looks for it all the time; NaN with one CPU, where nobody
   *     could ask it then
   */
  record EmptyRequest(double asleepMicros, double lookingMicros) {
    double leastMicros() {
      return lookingMicros < asleepMicros ? lookingMicros : asleepMicros;
    }
  }

  /**
   * A workload on a target.
   *
   * @param start {@code warm} or {@code cold}
   * @param medianMillis of the rounds
   * @param spread distance of the quartiles as a share of the median
   * @param ratio median divided by the kernel's; NaN for no kernel
   * @param rounds each round, in milliseconds
   * @param calls how many calls it consists of that are a request each, 0 for another kind
   * @param requests how often the kernel asked what in one round; empty if nobody counts
   */
  record Timing(
      String workload,
      String start,
      String target,
      double medianMillis,
      double spread,
      double ratio,
      List<Double> rounds,
      int calls,
      Map<String, Long> requests) {
    long allRequests() {
      return requests.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * A process that served.
   *
   * @param image which image
   * @param firstAnswerMillis from the start of the command to its return, when the mount answers
   * @param afterFindMiB peak memory after one find over the tree
   * @param afterAllMiB peak memory after all workloads
   * @param requests how often the kernel asked what during one find after the caches were emptied,
   *     and one ls -lR
   */
  record Server(
      String target,
      String image,
      double firstAnswerMillis,
      long afterFindMiB,
      long afterAllMiB,
      Map<String, Long> requests) {}
}
