package dev.jcomposefs.bench.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {
  private static Result.Timing timing(
      String workload, String target, double millis, int calls, Map<String, Long> requests) {
    return new Result.Timing(
        workload, "warm", target, millis, 0.05, millis / 100, List.of(millis), calls, requests);
  }

  private static String report(double asleep, double looking, Result.Timing... timings) {
    return MarkdownReport.of(
        List.of(
            new Result(
                "free",
                Map.of(),
                1,
                new Result.EmptyRequest(asleep, looking),
                List.of(timings),
                List.of(),
                Map.of())));
  }

  @Test
  void cell_ofAWorkloadOfCalls_isWhatOneTakes() {
    assertThat(report(5, 4, timing("statfs", "dev", 200, 20_000, Map.of())))
        .contains("| statfs, warm | 10.0 µs each (**2.00**, 5 %) |");
  }

  @Test
  void requests_areComparedWithAsManyOfNothing() {
    assertThat(
            report(
                5,
                4,
                timing("ls", "kernel", 100, 0, Map.of()),
                timing("ls", "dev", 150, 0, Map.of("getxattr", 9_999L, "statfs", 1L))))
        .contains("5.0 µs if the server sleeps until it comes, and 4.0 µs if it looks all the time")
        .contains("| workload | dev |\n")
        .contains("| ls, warm | 10,000 (getxattr): 40.0 of 150.0 ms |");
  }

  @Test
  void requests_onOneCpu_areComparedWithASleepingServer() {
    assertThat(report(5, Double.NaN, timing("ls", "dev", 150, 0, Map.of("a", 5L, "b", 5L))))
        .contains("5.0 µs if the server sleeps until it comes. ")
        .contains("| ls, warm | 10: 0.1 of 150.0 ms |");
  }

  @Test
  void requests_ifNobodyCounts_areLeftOut() {
    assertThat(report(5, 4, timing("ls", "kernel", 100, 0, Map.of()))).doesNotContain("Requests");
  }
}
