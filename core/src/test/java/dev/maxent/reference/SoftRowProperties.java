package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

/** What holds for every row. */
class SoftRowProperties {
  /** Fixed: a test that fails must fail again. */
  private static final String SEED = "20170227";

  private static SoftRow row(double alpha, double... q) {
    SoftRow row = new SoftRow(q.length).begin(q.length);
    for (int k = 0; k < q.length; k++) {
      row.include(k, q[k], 0);
    }
    return row.solve(alpha);
  }

  @Property(tries = 300, seed = SEED)
  void shiftMovesValueAndNothingElse(
      @ForAll @Size(min = 1, max = 20) @DoubleRange(min = -50, max = 50) double[] q,
      @ForAll @DoubleRange(min = 0.01, max = 100) double alpha,
      @ForAll @DoubleRange(min = -1000, max = 1000) double shift) {
    SoftRow plain = row(alpha, q);
    SoftRow moved = row(alpha, Arrays.stream(q).map(v -> v + shift).toArray());
    // Adding the shift rounds each Q by up to half an ulp of the largest, which α divides.
    double largest = Arrays.stream(q).map(Math::abs).max().orElseThrow() + Math.abs(shift);
    double rounding = Math.ulp(largest + 5 * alpha);
    assertEquals(plain.value() + shift, moved.value(), 4 * rounding);
    assertEquals(plain.mellowmax() + shift, moved.mellowmax(), 4 * rounding);
    for (int k = 0; k < q.length; k++) {
      assertEquals(plain.probability(k), moved.probability(k), 4 * rounding / alpha);
    }
  }

  @Property(tries = 300, seed = SEED)
  void policyIsDistribution(
      @ForAll @Size(min = 1, max = 50) @DoubleRange(min = -1e6, max = 1e6) double[] q,
      @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 1e6) double alpha) {
    SoftRow row = row(alpha, q);
    double sum = 0;
    for (int k = 0; k < q.length; k++) {
      double p = row.probability(k);
      assertTrue(p >= 0 && p <= 1, () -> "probability " + p);
      sum += p;
    }
    assertEquals(1, sum, 1e-14);
    assertTrue(row.entropy() >= 0 && row.entropy() <= Math.log(q.length) + 1e-14);
  }

  @Property(tries = 300, seed = SEED)
  void valueLiesBetweenMaximumAndMaximumPlusEntropyOfUniform(
      @ForAll @Size(min = 1, max = 50) @DoubleRange(min = -100, max = 100) double[] q,
      @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 1e3) double alpha) {
    SoftRow row = row(alpha, q);
    double maximum = Arrays.stream(q).max().orElseThrow();
    double least = Arrays.stream(q).min().orElseThrow();
    double room = 1e-12 * (1 + alpha);
    assertTrue(row.value() >= maximum);
    assertTrue(row.value() <= maximum + alpha * Math.log(q.length) + room);
    assertTrue(row.mellowmax() <= maximum + room && row.mellowmax() >= least - room);
    assertTrue(row.expectedQ() <= maximum + room && row.expectedQ() >= least - room);
  }

  @Property(tries = 300, seed = SEED)
  void valueGrowsWithTemperature(
      @ForAll @Size(min = 1, max = 20) @DoubleRange(min = -50, max = 50) double[] q,
      @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 10) double alpha,
      @ForAll @DoubleRange(min = 1, max = 10) double factor) {
    double cold = row(alpha, q).value();
    double warm = row(alpha * factor, q).value();
    assertTrue(warm >= cold - 1e-12, () -> cold + " at " + alpha + ", then " + warm);
    double coldMean = row(alpha, q).mellowmax();
    double warmMean = row(alpha * factor, q).mellowmax();
    assertTrue(warmMean <= coldMean + 1e-12, () -> coldMean + " then " + warmMean);
  }

  @Property(tries = 300, seed = SEED)
  void permutationMovesProbabilitiesAlong(
      @ForAll @Size(min = 2, max = 20) @DoubleRange(min = -50, max = 50) double[] q,
      @ForAll @IntRange(min = 1, max = 19) int turn) {
    int n = q.length;
    double[] turned = new double[n];
    for (int k = 0; k < n; k++) {
      turned[(k + turn) % n] = q[k];
    }
    SoftRow plain = row(0.5, q);
    SoftRow moved = row(0.5, turned);
    assertEquals(plain.value(), moved.value(), 1e-14 * (1 + Math.abs(plain.value())));
    assertEquals(plain.entropy(), moved.entropy(), 1e-14 * n);
    for (int k = 0; k < n; k++) {
      assertEquals(plain.probability(k), moved.probability((k + turn) % n), 1e-15);
    }
  }
}
