package dev.maxent.workload;

import static dev.maxent.workload.Tolerance.EPSILON;
import static dev.maxent.workload.Tolerance.NONE;
import static dev.maxent.workload.Tolerance.spacing;

import dev.maxent.reference.Draw;
import dev.maxent.reference.Philox;
import dev.maxent.reference.SoftRow;

/**
 * The condition of each row of a soft-value case: how much larger than one rounding the error of a
 * float32 computation must be, whatever its order of operations. With x<sub>k</sub> =
 * (Q<sub>k</sub> − m)/α and t<sub>k</sub> = x<sub>k</sub> + log w<sub>k</sub>, the exponent
 * t<sub>k</sub> − M has an error of about ε c<sub>k</sub>, c<sub>k</sub> = |x<sub>k</sub>| + |log
 * w<sub>k</sub>| + |M|, and exp turns it into a relative one; c = Σ π<sub>k</sub> c<sub>k</sub> is
 * that of the row's sum.
 *
 * <p>Where V is NaN or infinite, where the row is empty, where α = 0 and where Q = −∞ nothing is
 * rounded, so units are {@link Tolerance#NONE}.
 */
final class SoftScale {
  /** Twice the smallest normal float32: below it, exponentials may be flushed to 0. */
  private static final double FLUSH = 0x1p-125;

  private final SoftRows rows;
  private final double growth;
  private final boolean[] regular;
  private final double[] alpha;
  private final double[] maximum;
  private final double[] peak;
  private final double[] value;
  private final double[] condition;
  private final double[] entropy;
  private final double[] flushed;
  private final double[] expectation;
  private final double[] mean;
  private final Draw draw = new Draw();

  private SoftScale(Inputs inputs) {
    rows = new SoftRows(inputs);
    int n = rows.rows();
    // A sum of n terms in blocks loses about log n roundings.
    growth = 1 + Math.log(Math.max(1, rows.columns())) / Math.log(2) / 8;
    regular = new boolean[n];
    alpha = new double[n];
    maximum = new double[n];
    peak = new double[n];
    value = new double[n];
    condition = new double[n];
    entropy = new double[n];
    flushed = new double[n];
    expectation = new double[n];
    mean = new double[n];
    SoftRow row = new SoftRow(rows.columns());
    for (int i = 0; i < n; i++) {
      measure(rows.solve(row, i), i);
    }
    int[] state = inputs.ints("state");
    draw.set(join(state[0], state[1]), join(state[2], state[3]));
  }

  static SoftScale of(Inputs inputs) {
    return inputs.derive(SoftScale.class, SoftScale::new);
  }

  private static long join(int low, int high) {
    return Integer.toUnsignedLong(low) | (long) high << 32;
  }

  private void measure(SoftRow row, int i) {
    alpha[i] = rows.alpha(i);
    value[i] = row.value();
    regular[i] = Double.isFinite(value[i]) && alpha[i] > 0;
    if (!regular[i]) {
      return;
    }
    maximum[i] = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < rows.columns(); k++) {
      if (!rows.excluded(i, k)) {
        maximum[i] = Math.max(maximum[i], rows.q(i, k));
      }
    }
    peak[i] = Double.NEGATIVE_INFINITY;
    double largestWeight = 0;
    for (int k = 0; k < rows.columns(); k++) {
      if (!rows.excluded(i, k)) {
        peak[i] = Math.max(peak[i], exponent(i, k));
        largestWeight = Math.max(largestWeight, Math.abs(rows.logWeight(i, k)));
      }
    }
    double entropyTerms = 0;
    double rest = beyondPeak(i);
    double spread = 0;
    double spreadTerms = 0;
    for (int k = 0; k < rows.columns(); k++) {
      double p = row.probability(k);
      if (p > 0) {
        double c = conditionOf(i, k);
        double below = maximum[i] - rows.q(i, k);
        condition[i] += p * c;
        double term = p * (peak[i] - exponent(i, k));
        entropyTerms += term * (1 + c);
        flushed[i] += p < FLUSH ? term : 0;
        spread += p * below;
        spreadTerms += p * below * (1 + c);
      }
    }
    double h = row.entropy();
    entropy[i] = Math.min(1, rest / EPSILON) + h + condition[i] * (1 + h) + entropyTerms;
    expectation[i] = Math.abs(maximum[i]) + spreadTerms + spread * condition[i];
    mean[i] = Math.abs(maximum[i] - row.mellowmax()) * (1 + largestWeight);
  }

  /** s − 1, with s = Σ exp(t − M): what the terms but the largest add. */
  private double beyondPeak(int i) {
    double rest = 0;
    boolean found = false;
    for (int k = 0; k < rows.columns(); k++) {
      if (!rows.excluded(i, k)) {
        double below = exponent(i, k) - peak[i];
        if (below == 0 && !found) {
          found = true;
        } else {
          rest += Math.exp(below);
        }
      }
    }
    return rest;
  }

  private double exponent(int i, int k) {
    return (rows.q(i, k) - maximum[i]) / alpha[i] + rows.logWeight(i, k);
  }

  private double conditionOf(int i, int k) {
    return Math.abs(rows.q(i, k) - maximum[i]) / alpha[i]
        + Math.abs(rows.logWeight(i, k))
        + Math.abs(peak[i]);
  }

  /**
   * V = m + α (M + log s): one spacing of V for its rounding, and near zero, where V is a
   * difference of larger terms, the absolute error that log s must have: α times the relative error
   * of s, which is ε for the exponentials, ε for adding them and ε c for their exponents.
   */
  double value(int i) {
    return regular[i] ? spacing(Math.abs(value[i])) + absolute(i) : NONE;
  }

  private double absolute(int i) {
    return alpha[i] * EPSILON * (2 + condition[i]);
  }

  /** Two roundings more than V: γ V and the sum with r. */
  double target(int i, double expected, double discount) {
    double magnitude = Math.max(Math.abs(expected), discount * Math.abs(value[i]));
    return spacing(magnitude) + (regular[i] ? discount * absolute(i) : 0);
  }

  /** m + α log1p(u): no term of u cancels, so the error of the difference to m is relative. */
  double mellowmax(int i, double expected) {
    return regular[i]
        ? EPSILON * (Math.abs(expected) + Math.abs(maximum[i]) + growth * mean[i])
        : NONE;
  }

  /** Nothing is rounded where Q = −∞ either: π is 0. */
  private boolean isExact(int i, int k) {
    return !regular[i] || rows.excluded(i, k) || rows.q(i, k) == Double.NEGATIVE_INFINITY;
  }

  /**
   * The error of a product of exponentials is relative: that of the exponents, two units per ulp.
   */
  double probability(int element, double expected) {
    int i = element / rows.columns();
    int k = element % rows.columns();
    if (isExact(i, k)) {
      return NONE;
    }
    double c = conditionOf(i, k) + condition[i];
    return Math.max(2 * EPSILON * expected * (growth + c), FLUSH);
  }

  /** The probability's unit, scaled by ∂L/∂V. */
  double gradient(int element, double expected, double upstream) {
    int i = element / rows.columns();
    int k = element % rows.columns();
    if (isExact(i, k)) {
      return NONE;
    }
    double c = conditionOf(i, k) + condition[i];
    return Math.max(
        2 * EPSILON * Math.abs(expected) * (growth + c), FLUSH * Math.max(1, Math.abs(upstream)));
  }

  /** A difference of exponents and log s; near 0 that of log s remains. */
  double logProbability(int element, double expected) {
    int i = element / rows.columns();
    int k = element % rows.columns();
    return isExact(i, k)
        ? NONE
        : EPSILON * (growth + Math.abs(expected) + conditionOf(i, k) + condition[i]);
  }

  /**
   * log s + Σ π (M − t): the error of each π counts with M − t. Rounding s to float32 changes it by
   * ε s, but where the row is dominated by no more than s − 1: then s is rounded to 1. Terms whose
   * π is below the normal numbers may be missing.
   */
  double entropy(int i) {
    return regular[i] ? EPSILON * growth * entropy[i] + flushed[i] + FLUSH : NONE;
  }

  /** m + Σ π (Q − m): the error of each π counts with m − Q. */
  double expectedQ(int i) {
    return regular[i] ? EPSILON * growth * expectation[i] : NONE;
  }

  /**
   * How far apart the perturbed scores of two actions are, in roundings of the scores; infinite if
   * the row decides without noise or the action is not one.
   */
  double actions(int i, int expected, int actual) {
    boolean choices = expected >= 0 && actual >= 0 && actual < rows.columns();
    if (!regular[i] || !choices || rows.excluded(i, actual)) {
      return Double.POSITIVE_INFINITY;
    }
    double right = noise(i, expected);
    double wrong = noise(i, actual);
    double gap = exponent(i, expected) + right - (exponent(i, actual) + wrong);
    double unit =
        1 + Math.abs(right) + Math.abs(wrong) + conditionOf(i, expected) + conditionOf(i, actual);
    return Math.abs(gap) / (EPSILON * unit);
  }

  private double noise(int i, int k) {
    int word = draw.word((long) i * rows.columns() + k);
    return -Math.log(-Math.log(Philox.uniform(word)));
  }
}
