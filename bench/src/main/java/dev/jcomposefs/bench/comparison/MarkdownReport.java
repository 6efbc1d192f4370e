package dev.jcomposefs.bench.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Results as tables for people: a row per workload, a column per target. */
final class MarkdownReport {
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport() {}

  static String of(List<Result> results) {
    MarkdownReport report = new MarkdownReport();
    report.text.append("# The same tree, by the kernel and by jcfs\n\n");
    report.facts(results.getFirst());
    results.forEach(report::add);
    return report.text.toString();
  }

  private void facts(Result result) {
    text.append(
        "%d entries. Medians; in brackets the ratio to the kernel in the same run, and behind"
            .formatted(result.entries()));
    text.append(
        " it the distance of the quartiles. \"Free\": client and server run where the kernel puts");
    text.append(" them. \"Pinned\": both on one CPU.\n\n");
    result
        .machine()
        .forEach((name, value) ->
            text.append("* ").append(name).append(": ").append(value).append('\n'));
    text.append('\n');
  }

  private void add(Result result) {
    text.append("## ").append(result.mode()).append("\n\n");
    Set<String> targets = new LinkedHashSet<>();
    Map<String, Map<String, Result.Timing>> rows = new LinkedHashMap<>();
    for (Result.Timing timing : result.timings()) {
      targets.add(timing.target());
      rows.computeIfAbsent(timing.workload() + ", " + timing.start(), name -> new LinkedHashMap<>())
          .put(timing.target(), timing);
    }
    row("workload", List.copyOf(targets));
    row("---", targets.stream().map(target -> "---:").toList());
    rows.forEach((workload, timings) ->
        row(
            workload,
            targets.stream()
                .map(target -> timings.containsKey(target) ? cell(timings.get(target)) : "")
                .toList()));
    text.append('\n');
    requests(result, rows);
    servers(result.servers());
    result.skipped().forEach((target, why) -> text.append("* %s: %s%n".formatted(target, why)));
    text.append('\n');
  }

  private static String cell(Result.@Nullable Timing timing) {
    if (timing == null) {
      return "";
    }
    boolean each = timing.calls() > 0;
    return String.format(
        Locale.ROOT,
        "%,.1f %s (**%.2f**, %.0f %%)",
        each ? timing.medianMillis() * 1000 / timing.calls() : timing.medianMillis(),
        each ? "µs each" : "ms",
        timing.ratio(),
        timing.spread() * 100);
  }

  /** How much of the time is the kernel's asking, which a server can only make less of. */
  private void requests(Result result, Map<String, Map<String, Result.Timing>> rows) {
    Set<String> counted = new LinkedHashSet<>();
    result.timings().stream()
        .filter(timing -> timing.allRequests() > 0)
        .forEach(timing -> counted.add(timing.target()));
    if (counted.isEmpty()) {
      return;
    }
    Result.EmptyRequest empty = result.emptyRequest();
    double micros = empty.leastMicros();
    text.append(
        String.format(
            Locale.ROOT,
            "A request for which the server does nothing takes %.1f µs if the server sleeps until"
                + " it comes%s. Requests of each workload, and how much of its time as many of"
                + " nothing would take:%n%n",
            empty.asleepMicros(),
            Double.isNaN(empty.lookingMicros())
                ? ""
                : String.format(
                    Locale.ROOT, ", and %.1f µs if it looks all the time", empty.lookingMicros())));
    row("workload", List.copyOf(counted));
    row("---", counted.stream().map(target -> "---:").toList());
    rows.forEach((workload, timings) ->
        row(workload, counted.stream().map(target -> share(timings.get(target), micros)).toList()));
    text.append('\n');
  }

  private static String share(Result.@Nullable Timing timing, double micros) {
    if (timing == null) {
      return "";
    }
    long requests = timing.allRequests();
    String most =
        timing.requests().entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .filter(largest -> largest.getValue() > requests / 2)
            .map(largest -> " (" + largest.getKey() + ")")
            .orElse("");
    return String.format(
        Locale.ROOT,
        "%,d%s: %,.1f of %,.1f ms",
        requests,
        most,
        requests * micros / 1000,
        timing.medianMillis());
  }

  private void servers(List<Result.Server> servers) {
    row(
        "server",
        List.of(
            "image",
            "mount answers",
            "peak after find",
            "peak after all",
            "requests of find and ls -lR, cold"));
    row("---", List.of("---", "---:", "---:", "---:", "---"));
    for (Result.Server server : servers) {
      List<String> requests = new ArrayList<>();
      server.requests().entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .limit(6)
          .forEach(count -> requests.add(count.getKey() + " " + count.getValue()));
      row(
          server.target(),
          List.of(
              server.image(),
              String.format(Locale.ROOT, "%.0f ms", server.firstAnswerMillis()),
              server.afterFindMiB() + " MiB",
              server.afterAllMiB() + " MiB",
              String.join(", ", requests)));
    }
    text.append('\n');
  }

  private void row(String first, List<String> rest) {
    text.append("| ").append(first).append(" | ").append(String.join(" | ", rest)).append(" |\n");
  }
}
