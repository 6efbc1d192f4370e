package dev.jcomposefs.bench.comparison;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one workload took on one target, round by round. */
final class Samples {
  private final List<Double> millis = new ArrayList<>();

  void add(Duration took) {
    millis.add(took.toNanos() / 1e6);
  }

  /** In the order of the rounds. */
  List<Double> millis() {
    return List.copyOf(millis);
  }

  /** The middle one; of an even number, the mean of the middle two. */
  double median() {
    return quantile(0.5);
  }

  /** Distance of the quartiles, as a share of the median: half of all rounds lie within it. */
  double spread() {
    return (quantile(0.75) - quantile(0.25)) / median();
  }

  private double quantile(double share) {
    List<Double> sorted = millis.stream().sorted().toList();
    double position = share * (sorted.size() - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.size() - 1);
    double part = position - below;
    return sorted.get(below) * (1 - part) + sorted.get(above) * part;
  }
}
