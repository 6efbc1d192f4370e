package dev.jcomposefs.bench.comparison;

import java.util.Locale;

/** The result of making images as tables for people. */
final class MakingReport {
  private MakingReport() {}

  static String of(MakingResult result) {
    StringBuilder text = new StringBuilder("# Making an image\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%,d entries, %,d files, %,.0f MB. Whole processes, medians of rounds in turns; in"
                + " brackets the distance of the quartiles. The tree is in memory already; what"
                + " goes to the disk is waited for by jcfs only.%n%n",
            result.entries(),
            result.files(),
            result.bytes() / 1e6));
    result
        .machine()
        .forEach((name, value) ->
            text.append("* ").append(name).append(": ").append(value).append('\n'));
    text.append("\n| what | wall | user | system | files/s | MB/s | peak memory |\n");
    text.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (MakingResult.Work work : result.works()) {
      double seconds = work.medianMillis() / 1e3;
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f s (%.0f %%) | %.2f s | %.2f s | %s | %s | %s |%n",
              work.name(),
              seconds,
              work.spread() * 100,
              work.userMillis() / 1e3,
              work.systemMillis() / 1e3,
              known("%,.0f", work.filesPerSecond()),
              known("%,.0f", work.megabytesPerSecond()),
              known("%.1f MB", work.peakKiB() * 1024 / 1e6)));
    }
    text.append("\n| target | limit | found | met |\n| --- | ---: | ---: | --- |\n");
    for (MakingResult.Target target : result.targets()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f %s | %.2f %s | %s |%n",
              target.name(),
              target.limit(),
              target.unit(),
              target.found(),
              target.unit(),
              target.isMet() ? "yes" : "**no**"));
    }
    text.append('\n');
    result
        .skipped()
        .forEach((what, why) -> text.append(String.format(Locale.ROOT, "* %s: %s%n", what, why)));
    return text.toString();
  }

  /** Nothing for a figure that is not known. */
  private static String known(String format, double value) {
    return value == 0 ? "" : String.format(Locale.ROOT, format, value);
  }
}
