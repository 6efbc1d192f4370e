package dev.jcomposefs.bench.comparison;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one workload took on one target, round by round: milliseconds, unless said otherwise. */
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(Duration took) {
    add(took.toNanos() / 1e6);
  }

  void add(double value) {
    values.add(value);
  }

  /** In the order of the rounds. */
  List<Double> values() {
    return List.copyOf(values);
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
    List<Double> sorted = values.stream().sorted().toList();
    double position = share * (sorted.size() - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.size() - 1);
    double part = position - below;
    return sorted.get(below) * (1 - part) + sorted.get(above) * part;
  }
}
