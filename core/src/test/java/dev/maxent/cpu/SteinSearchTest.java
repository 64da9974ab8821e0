package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.SteinFixture;
import dev.maxent.backend.Backend;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Bandwidth.Rule;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The median of more distances than are kept is the one that sorting finds, to the last bit. A
 * search that goes round in circles fails instead of keeping the build.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SteinSearchTest {
  /** 18,039,021 pairs, an odd number; more than are kept between the first bounds. */
  private static final int N = 6007;

  /** 2,094,081 pairs, an odd number and twice as many as are kept. */
  private static final int FEWER = 2047;

  private static void check(String what, IntToDoubleFunction coordinate) {
    check(what, N, coordinate, 1, 2);
  }

  private static void check(String what, int n, IntToDoubleFunction coordinate, int... threads) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) coordinate.applyAsDouble(i);
    }
    float[] squares = new float[n * (n - 1) / 2];
    int count = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        float delta = (float) x[i] - (float) x[j];
        squares[count++] = delta * delta;
      }
    }
    Arrays.sort(squares);
    double expected = Math.max(squares[count / 2], (float) Bandwidth.LEAST);
    check(what, expected, x, x, 1, Rule.PLAIN_MEDIAN, threads);
  }

  private static void check(
      String what, double expected, double[] x, double[] y, int d, Rule rule, int... counts) {
    for (String loops : Bits.loops()) {
      for (int threads : counts) {
        try (Backend backend = Bits.open(loops, threads)) {
          double h = SteinFixture.bandwidth(backend, x, y, d, Bandwidth.of(rule));
          assertEquals(expected, h, what + ", " + loops + " loops, " + threads + " threads");
        }
      }
    }
  }

  @Test
  void ofScatteredParticles() {
    SplittableRandom random = new SplittableRandom(3);
    check("scattered", _ -> random.nextDouble() * random.nextDouble());
  }

  /** Neighbours are drawn together, so that they tell less than as many others. */
  @Test
  void ofParticlesInOrder() {
    check("in order", i -> i * (double) i);
    check("in rows", i -> Math.floorDiv(i, 100) + 1e-3 * (i % 100));
  }

  @Test
  void ofTwoTightClusters() {
    SplittableRandom random = new SplittableRandom(4);
    check("clusters", i -> i % 3 + 1e-4 * random.nextDouble());
  }

  @Test
  void ofFewDistinctDistances() {
    check("ties", i -> i % 3);
    check("almost all equal", i -> i < 5 ? i : 7);
  }

  /** The sample reaches from one of two distances to the other. */
  @Test
  void ofTwoDistances() {
    check("alternating", FEWER, i -> i % 2, 1, 2, 16);
    // 0.52² + 0.48² = 0.5008 of the pairs are at one place.
    check("0 and 1", FEWER, i -> i < 0.52 * FEWER ? 0 : 1, 1, 2, 16);
    check("alike", FEWER, i -> i < 0.52 * FEWER ? 1 : Math.nextUp(1f), 1, 2, 16);
    check("far apart", FEWER, i -> i < 0.52 * FEWER ? 0 : 1e15, 1, 2, 16);
  }

  /** Neither of two distances fits, and others lie between them. */
  @Test
  void ofTwoDistancesAndSomeBetween() {
    SplittableRandom random = new SplittableRandom(5);
    double[] x = random.doubles(FEWER).toArray();
    check("scattered and 0 and 1", FEWER, i -> i % 20 == 0 ? x[i] : i % 2, 1, 2, 16);
  }

  /** Squared distances are 0, 1, 2 and 3, an eighth, three, three and one of them. */
  @Test
  void ofBits() {
    int n = 2048;
    SplittableRandom random = new SplittableRandom(6);
    double[] x = new double[3 * n];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(2);
    }
    long[] counts = new long[4];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        int square = 0;
        for (int c = 0; c < 3; c++) {
          square += x[3 * i + c] == x[3 * j + c] ? 0 : 1;
        }
        counts[square]++;
      }
    }
    long pairs = (long) n * (n - 1) / 2;
    assertEquals(0, pairs % 2); // so that two are in the middle
    double middle = (at(counts, pairs / 2 - 1) + at(counts, pairs / 2)) / 2.0;
    check("bits", middle, x, x, 3, Rule.PLAIN_MEDIAN, 1, 2, 16);
  }

  private static int at(long[] counts, long rank) {
    int value = 0;
    for (long left = rank - counts[0]; left >= 0; left -= counts[value]) {
      value++;
    }
    return value;
  }

  /**
   * A single group of sources has more distances between the first bounds than are kept, and those
   * that are kept tell little of the others, as targets are in order.
   */
  @Test
  void ofFewSourcesAndManyTargets() {
    int m = 1_600_000;
    SplittableRandom random = new SplittableRandom(7);
    double[] x = new double[16];
    double[] y = new double[m];
    for (int i = 0; i < m; i++) {
      y[i] = (float) (1 + random.nextDouble());
    }
    Arrays.sort(y);
    // Each square is there sixteen times; the lower one of the two in the middle.
    float middle = (float) y[m / 2 - 1];
    double expected = (float) (middle * middle / Math.log(16));
    check("few sources", expected, x, y, 1, Rule.SQL_REFERENCE, 2);
  }
}
