package dev.maxent.benchmarks;

import dev.maxent.benchmarks.Contestant.Verdict;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.Arrays;
import java.util.Locale;

/**
 * Whether random numbers of another generator are as good as the reference's: they cannot be equal,
 * but their distribution can. All limits are such that a right one fails once in some millions.
 */
final class Draws {
  /** For Kolmogorov and Smirnov's statistic: 2 exp(−2 · 2.8²) = 3e-7. */
  private static final double DISTANCE = 2.8;

  /** For a sum of many terms, in standard deviations. */
  private static final double DEVIATIONS = 5;

  private static final int MOST = 1 << 20;

  private Draws() {}

  /** Whether a case draws: then it has a random state to advance. */
  static boolean in(KernelCase kernelCase) {
    return kernelCase.tolerances().containsKey("state");
  }

  static Verdict verify(KernelCase kernelCase, Inputs inputs, double[] expected, double[] actual) {
    if (expected.length != actual.length) {
      return verdict("%d numbers: expected %d".formatted(actual.length, expected.length));
    }
    if (inputs.has("q")) {
      return score(inputs, actual);
    }
    int half = Math.min(MOST, (expected.length + 1) / 2);
    double distance = distance(expected, actual, half);
    if (!(distance <= DISTANCE)) {
      return verdict(
          String.format(Locale.ROOT, "distance %.3g, at most %.3g allowed", distance, DISTANCE));
    }
    boolean permuted = !kernelCase.operation().equals("permutation");
    return verdict(
        permuted || Arrays.equals(sorted(expected), sorted(actual)) ? "" : "no permutation");
  }

  /** Largest difference of two empirical distributions, scaled (Kolmogorov and Smirnov). */
  private static double distance(double[] one, double[] other, int n) {
    double[] a = sorted(Arrays.copyOf(one, n));
    double[] b = sorted(Arrays.copyOf(other, n));
    int i = 0;
    int j = 0;
    int worst = 0;
    while (i < n && j < n) {
      double x = Math.min(a[i], b[j]);
      if (Double.isNaN(x)) {
        return Double.NaN;
      }
      while (i < n && a[i] == x) {
        i++;
      }
      while (j < n && b[j] == x) {
        j++;
      }
      worst = Math.max(worst, Math.abs(i - j));
    }
    return worst / Math.sqrt(2.0 * n);
  }

  private static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  /** Compares Σ log π(a), over the rows' sampled actions a, with −Σ H. */
  private static Verdict score(Inputs inputs, double[] actions) {
    int columns = inputs.integer("columns");
    double sum = 0;
    double variance = 0;
    double[] logits = new double[columns];
    for (int row = 0; row < actions.length; row++) {
      double total = 0;
      for (int k = 0; k < columns; k++) {
        logits[k] = inputs.reals("q")[row * columns + k] / inputs.number("alpha");
        total += Math.exp(logits[k]);
      }
      double mean = 0;
      double square = 0;
      for (int k = 0; k < columns; k++) {
        double p = Math.exp(logits[k]) / total;
        mean += p * logits[k];
        square += p * logits[k] * logits[k];
      }
      int action = (int) actions[row];
      if (action < 0 || action >= columns) {
        return verdict("action %d of %d in row %d".formatted(action, columns, row));
      }
      sum += logits[action] - mean;
      variance += square - mean * mean;
    }
    double deviations = sum / Math.sqrt(variance);
    return verdict(
        Math.abs(deviations) <= DEVIATIONS
            ? ""
            : String.format(
                Locale.ROOT,
                "likelihood off by %.3g standard deviations, at most %.3g allowed",
                deviations,
                DEVIATIONS));
  }

  private static Verdict verdict(String problem) {
    return new Verdict(problem.isEmpty(), Double.NaN, Double.NaN, problem);
  }
}
