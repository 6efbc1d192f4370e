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
    servers(result.servers());
    result.skipped().forEach((target, why) -> text.append("* %s: %s%n".formatted(target, why)));
    text.append('\n');
  }

  private static String cell(Result.@Nullable Timing timing) {
    if (timing == null) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "%,.1f ms (**%.2f**, %.0f %%)",
        timing.medianMillis(),
        timing.ratio(),
        timing.spread() * 100);
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
