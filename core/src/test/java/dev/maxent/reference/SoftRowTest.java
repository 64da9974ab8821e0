package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that can be checked on paper, and the rows of the table of special rows. */
class SoftRowTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static SoftRow row(double alpha, double... q) {
    SoftRow row = new SoftRow(1).begin(q.length);
    for (int k = 0; k < q.length; k++) {
      row.include(k, q[k], 0);
    }
    return row.solve(alpha);
  }

  @Test
  void oneToThreeOdds() {
    SoftRow row = row(2, 0, 2 * Math.log(3));
    assertEquals(2 * Math.log(4), row.value(), 1e-15);
    assertEquals(2 * Math.log(2), row.mellowmax(), 1e-15);
    assertEquals(0.25, row.probability(0), 1e-16);
    assertEquals(0.75, row.probability(1), 1e-16);
    assertEquals(-Math.log(4), row.logProbability(0), 1e-15);
    assertEquals(Math.log(4) - 0.75 * Math.log(3), row.entropy(), 1e-15);
    assertEquals(1.5 * Math.log(3), row.expectedQ(), 1e-15);
    assertEquals(1, row.greedy());
  }

  @Test
  void valueIsExpectedQPlusEntropy() {
    SoftRow row = row(0.7, 1.5, -2, 0.25, 3);
    assertEquals(row.value(), row.expectedQ() + 0.7 * row.entropy(), 1e-15 * 4);
  }

  @Test
  void weightsCountAsRepetitions() {
    SoftRow weighted = new SoftRow(2).begin(2);
    weighted.include(0, 1, Math.log(2));
    weighted.include(1, 2, Math.log(3));
    weighted.solve(0.5);
    SoftRow repeated = row(0.5, 1, 1, 2, 2, 2);
    assertEquals(repeated.value(), weighted.value(), 1e-15 * 4);
    assertEquals(repeated.mellowmax(), weighted.mellowmax(), 1e-15 * 4);
    assertEquals(2 * repeated.probability(0), weighted.probability(0), 1e-15);
    assertEquals(repeated.expectedQ(), weighted.expectedQ(), 1e-15 * 4);
  }

  @Test
  void weightOfZeroExcludes() {
    SoftRow row = new SoftRow(2).begin(2);
    row.include(0, NAN, -INF);
    row.include(1, 5, 0);
    row.solve(1);
    assertEquals(5, row.value());
    assertEquals(0, row.probability(0));
    assertEquals(-INF, row.logProbability(0));
    assertEquals(1, row.greedy());
  }

  @Test
  void tinyTemperatureDoesNotOverflow() {
    SoftRow row = row(1e-300, 1e10, 1e10, -1e10);
    assertEquals(1e10, row.value());
    assertEquals(0.5, row.probability(1));
    assertEquals(Math.log(2), row.entropy(), 1e-16);
  }

  @Test
  void mellowmaxOfRareMaximumKeepsDigits() {
    // log((1 + 9999·e^-1000)/10000) = −log 10000 to all digits.
    double[] q = new double[10000];
    java.util.Arrays.fill(q, -1000);
    q[1234] = 0;
    assertEquals(-Math.log(10000), row(1, q).mellowmax(), 1e-14);
  }

  @Test
  void sumOfManyTermsKeepsDigits() {
    double[] q = new double[1_000_000];
    assertEquals(Math.log(1e6), row(1, q).value(), 2e-15);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 10})
  void gradientMatchesFiniteDifferences(double alpha) {
    double[] q = {0.3, -1.2, 2, 1.9, -0.4};
    SoftRow row = row(alpha, q);
    double h = 1e-5;
    for (int k = 0; k < q.length; k++) {
      double[] up = q.clone();
      double[] down = q.clone();
      up[k] += h;
      down[k] -= h;
      double value = (row(alpha, up).value() - row(alpha, down).value()) / (2 * h);
      double mean = (row(alpha, up).mellowmax() - row(alpha, down).mellowmax()) / (2 * h);
      assertEquals(value, row.derivative(k), 1e-8);
      assertEquals(mean, row.derivative(k), 1e-8);
    }
    double slope = (row(alpha + h, q).value() - row(alpha - h, q).value()) / (2 * h);
    assertEquals(slope, row.entropy(), 1e-7);
  }

  @Test
  void temperatureZeroIsMaximum() {
    SoftRow row = row(0, 1, 3, 3, 2);
    assertEquals(3, row.value());
    assertEquals(3, row.mellowmax());
    assertEquals(0, row.entropy());
    assertEquals(3, row.expectedQ());
    assertEquals(1, row.greedy());
    assertEquals(1, row.probability(1));
    assertEquals(0, row.probability(2));
    assertEquals(0, row.logProbability(1));
    assertEquals(-INF, row.logProbability(2));
    assertEquals(1, row.derivative(1));
    assertEquals(1, row.sample(new Draw(), 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void emptyRow(double alpha) {
    SoftRow row = new SoftRow(1).begin(1);
    row.exclude(0);
    special(row.solve(alpha), -INF, 0, -INF, 0, -1);
    SoftRow none = new SoftRow(0).begin(0).solve(alpha);
    assertEquals(-INF, none.value());
    assertEquals(-INF, none.mellowmax());
    assertEquals(-1, none.greedy());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void specialRows(double alpha) {
    special(row(alpha, NAN, INF), NAN, NAN, NAN, NAN, -1);
    special(row(alpha, 1, INF, INF), INF, NAN, NAN, NAN, 1);
    special(row(alpha, -INF, -INF), -INF, NAN, NAN, NAN, -1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void invalidTemperature(double alpha) {
    special(row(alpha, 1, 2), NAN, NAN, NAN, NAN, -1);
  }

  private static void special(
      SoftRow row, double value, double pi, double logPi, double moments, int action) {
    assertEquals(value, row.value());
    assertEquals(value, row.mellowmax());
    assertEquals(pi, row.probability(0));
    assertEquals(logPi, row.logProbability(0));
    assertEquals(moments, row.entropy());
    assertEquals(moments, row.expectedQ());
    assertEquals(action, row.greedy());
    assertEquals(action, row.sample(new Draw(), 0));
  }

  @Test
  void infiniteEntryTakesTheGradient() {
    SoftRow row = row(1, 0, INF, -INF);
    assertEquals(0, row.derivative(0));
    assertEquals(NAN, row.derivative(1));
    assertEquals(0, row.derivative(2));
  }

  @Test
  void minusInfinityIsNeverSampled() {
    SoftRow row = row(1, -INF, 0, -INF, 0);
    Draw draw = new Draw();
    for (int i = 0; i < 1000; i++) {
      assertEquals(1, row.sample(draw.set(i, 0), 0) % 2);
    }
  }

  @Test
  void samplesFollowThePolicy() {
    SoftRow row = row(2, 0, 2 * Math.log(3));
    Draw draw = new Draw().set(5, 0);
    int n = 100_000;
    int ones = 0;
    for (int i = 0; i < n; i++) {
      ones += row.sample(draw, 2L * i);
    }
    // Five standard deviations of a binomial with p = 3/4.
    assertEquals(0.75, (double) ones / n, 5 * Math.sqrt(0.1875 / n));
  }
}
