package dev.maxent.reference;

import java.util.Arrays;

/**
 * The mathematics of one row of {@link dev.maxent.kernel.SoftValueKernels} in float64, formula by
 * formula: the definition of correct. Fill a row, {@linkplain #solve solve} it, then ask for any
 * result.
 *
 * <p>With m the largest Q<sub>k</sub>, x<sub>k</sub> = (Q<sub>k</sub> − m)/α, t<sub>k</sub> =
 * x<sub>k</sub> + log w<sub>k</sub>, M the largest t<sub>k</sub> and s = Σ exp(t<sub>k</sub> − M):
 * the maximum is taken of Q itself, before the division, so that a tiny α cannot overflow; s − 1 is
 * summed without the largest term, so that log s = log1p(s − 1) keeps its digits near 0.
 *
 * <p>Not safe for several threads. Allocates only when a row is longer than all before, so other
 * backends use it for the rows that their fast loops do not cover.
 */
public final class SoftRow {
  /** The lines of the table of special rows, in its order. */
  private enum Kind {
    INVALID_TEMPERATURE,
    EMPTY,
    NAN,
    PLUS_INFINITE,
    MINUS_INFINITE,
    GREEDY,
    REGULAR
  }

  private final Sum sum = new Sum();
  private double[] q;
  private double[] logWeight;
  private double[] shifted;
  private double[] exponential;
  private int columns;
  private Kind kind = Kind.EMPTY;
  private double alpha;
  private double maximum;
  private int action;
  private double peak;
  private double rest;
  private double logSum;

  /**
   * Makes room.
   *
   * @param capacity columns that fit without allocating again
   */
  public SoftRow(int capacity) {
    q = new double[capacity];
    logWeight = new double[capacity];
    shifted = new double[capacity];
    exponential = new double[capacity];
  }

  /**
   * Starts a row; then every column is either included or excluded.
   *
   * @param newColumns number of columns
   * @return this
   */
  public SoftRow begin(int newColumns) {
    columns = newColumns;
    if (q.length < newColumns) {
      logWeight = Arrays.copyOf(logWeight, newColumns);
      shifted = new double[newColumns];
      exponential = new double[newColumns];
      // Last, since its length tells how much there is, even if one of these did not fit.
      q = Arrays.copyOf(q, newColumns);
    }
    return this;
  }

  /**
   * Sets a column.
   *
   * @param column which
   * @param value Q
   * @param newLogWeight log w; −∞ excludes the column
   */
  public void include(int column, double value, double newLogWeight) {
    q[column] = value;
    logWeight[column] = newLogWeight;
  }

  /**
   * Excludes a column; its Q is not looked at.
   *
   * @param column which
   */
  public void exclude(int column) {
    logWeight[column] = Double.NEGATIVE_INFINITY;
  }

  /**
   * Finds the row's maximum and sum; call it before any result.
   *
   * @param temperature α; negative, NaN or infinite makes every real result NaN
   * @return this
   */
  public SoftRow solve(double temperature) {
    alpha = temperature;
    kind = classify();
    if (kind == Kind.REGULAR) {
      accumulate();
    }
    return this;
  }

  private boolean excluded(int column) {
    return logWeight[column] == Double.NEGATIVE_INFINITY;
  }

  /** Q/α + log w as far as it is not finite: NaN, +∞ or −∞. At α = 0 weights do not matter. */
  private double infinitePart(int column) {
    return alpha == 0 ? q[column] : q[column] + logWeight[column];
  }

  private Kind classify() {
    maximum = Double.NEGATIVE_INFINITY;
    action = -1;
    int included = 0;
    int infinite = -1;
    boolean nan = false;
    for (int k = 0; k < columns; k++) {
      if (excluded(k)) {
        continue;
      }
      included++;
      double z = infinitePart(k);
      nan |= Double.isNaN(z);
      if (infinite < 0 && (z == Double.POSITIVE_INFINITY && isInfinite(k))) {
        infinite = k;
      }
      if (q[k] > maximum) {
        maximum = q[k];
        action = k;
      }
    }
    if (!(alpha >= 0) || alpha == Double.POSITIVE_INFINITY) {
      action = -1;
      return Kind.INVALID_TEMPERATURE;
    }
    if (included == 0) {
      return Kind.EMPTY;
    }
    if (nan) {
      action = -1;
      return Kind.NAN;
    }
    if (infinite >= 0) {
      action = infinite;
      return Kind.PLUS_INFINITE;
    }
    if (maximum == Double.NEGATIVE_INFINITY) {
      return Kind.MINUS_INFINITE;
    }
    return alpha == 0 ? Kind.GREEDY : Kind.REGULAR;
  }

  /** Whether the column is +∞ itself, not by overflow of Q plus log w. */
  private boolean isInfinite(int column) {
    return q[column] == Double.POSITIVE_INFINITY
        || (alpha != 0 && logWeight[column] == Double.POSITIVE_INFINITY);
  }

  private void accumulate() {
    peak = Double.NEGATIVE_INFINITY;
    int peakColumn = -1;
    for (int k = 0; k < columns; k++) {
      shifted[k] = excluded(k) ? Double.NEGATIVE_INFINITY : (q[k] - maximum) / alpha + logWeight[k];
      if (shifted[k] > peak) {
        peak = shifted[k];
        peakColumn = k;
      }
    }
    sum.clear();
    for (int k = 0; k < columns; k++) {
      shifted[k] -= peak;
      exponential[k] = Math.exp(shifted[k]);
      if (k != peakColumn) {
        sum.add(exponential[k]);
      }
    }
    rest = sum.get();
    logSum = Math.log1p(rest);
  }

  /**
   * V = m + α (M + log s).
   *
   * @return the soft value
   */
  public double value() {
    return switch (kind) {
      case INVALID_TEMPERATURE, NAN -> Double.NaN;
      case EMPTY, MINUS_INFINITE -> Double.NEGATIVE_INFINITY;
      case PLUS_INFINITE -> Double.POSITIVE_INFINITY;
      case GREEDY -> maximum;
      case REGULAR -> Math.fma(alpha, peak + logSum, maximum);
    };
  }

  /**
   * α log (Σ w exp(Q/α) / Σ w) = m + α log1p(u), u = Σ w expm1(x) / Σ w. All terms of u have one
   * sign, so nothing cancels however large α is. Where u approaches −1, log1p would cancel instead
   * and the logarithms of both sums are subtracted.
   *
   * @return the mellowmax
   */
  public double mellowmax() {
    if (kind != Kind.REGULAR) {
      return value();
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < columns; k++) {
      largest = Math.max(largest, logWeight[k]);
    }
    sum.clear();
    for (int k = 0; k < columns; k++) {
      sum.add(Math.exp(logWeight[k] - largest));
    }
    double weights = sum.get();
    sum.clear();
    for (int k = 0; k < columns; k++) {
      if (!excluded(k)) {
        double x = (q[k] - maximum) / alpha;
        sum.add(Math.exp(logWeight[k] - largest) * Math.expm1(x));
      }
    }
    double u = sum.get() / weights;
    double logMean = u > -0.5 ? Math.log1p(u) : (peak - largest) + (logSum - Math.log(weights));
    return Math.fma(alpha, logMean, maximum);
  }

  /**
   * π<sub>k</sub> = exp(t<sub>k</sub> − M) / s.
   *
   * @param column k
   * @return the probability
   */
  public double probability(int column) {
    if (kind == Kind.INVALID_TEMPERATURE) {
      return Double.NaN;
    }
    if (excluded(column)) {
      return 0;
    }
    return switch (kind) {
      case GREEDY -> column == action ? 1 : 0;
      case REGULAR -> exponential[column] / (1 + rest);
      default -> Double.NaN;
    };
  }

  /**
   * log π<sub>k</sub> = (t<sub>k</sub> − M) − log s.
   *
   * @param column k
   * @return the log-probability
   */
  public double logProbability(int column) {
    if (kind == Kind.INVALID_TEMPERATURE) {
      return Double.NaN;
    }
    if (excluded(column)) {
      return Double.NEGATIVE_INFINITY;
    }
    return switch (kind) {
      case GREEDY -> column == action ? 0 : Double.NEGATIVE_INFINITY;
      case REGULAR -> shifted[column] - logSum;
      default -> Double.NaN;
    };
  }

  /**
   * ∂V/∂Q<sub>k</sub>: π<sub>k</sub>, except that in a row with +∞ it is 0 at the other entries and
   * NaN at the infinite ones.
   *
   * @param column k
   * @return the derivative
   */
  public double derivative(int column) {
    if (kind == Kind.PLUS_INFINITE && !excluded(column)) {
      return isInfinite(column) ? Double.NaN : 0;
    }
    return probability(column);
  }

  /**
   * H = −Σ π log π = log s + Σ exp(t − M) (M − t) / s, a sum of positive terms.
   *
   * @return the entropy in nats
   */
  public double entropy() {
    return switch (kind) {
      case EMPTY, GREEDY -> 0;
      case REGULAR -> {
        sum.clear();
        for (int k = 0; k < columns; k++) {
          if (exponential[k] > 0) {
            sum.add(exponential[k] * -shifted[k]);
          }
        }
        yield logSum + sum.get() / (1 + rest);
      }
      default -> Double.NaN;
    };
  }

  /**
   * E[Q] = m + Σ π (Q − m), so that a large common offset costs no digits of the spread.
   *
   * @return the expectation of Q under π
   */
  public double expectedQ() {
    return switch (kind) {
      case EMPTY -> 0;
      case GREEDY -> maximum;
      case REGULAR -> {
        sum.clear();
        for (int k = 0; k < columns; k++) {
          if (exponential[k] > 0) {
            sum.add(exponential[k] * (q[k] - maximum));
          }
        }
        yield maximum + sum.get() / (1 + rest);
      }
      default -> Double.NaN;
    };
  }

  /**
   * The greedy action by the table of special rows: −1, the first +∞, or the first maximum of Q.
   *
   * @return the column, or −1
   */
  public int greedy() {
    return action;
  }

  /**
   * Gumbel-max: argmax of t − log(−log u) over the columns that are not excluded, the lowest index
   * among equals; in special rows {@link #greedy()}.
   *
   * @param draw the words
   * @param first the index of the word of column 0
   * @return the column, or −1
   */
  public int sample(Draw draw, long first) {
    if (kind != Kind.REGULAR) {
      return action;
    }
    int best = -1;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < columns; k++) {
      double noise = -Math.log(-Math.log(Philox.uniform(draw.word(first + k))));
      if (shifted[k] + noise > bestScore) {
        bestScore = shifted[k] + noise;
        best = k;
      }
    }
    return best;
  }
}
