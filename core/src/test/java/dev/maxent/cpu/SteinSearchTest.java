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

/** The median of more distances than are kept is the one that sorting finds, to the last bit. */
class SteinSearchTest {
  /** 18,039,021 pairs, an odd number; more than are kept between the first bounds. */
  private static final int N = 6007;

  private static void check(String what, IntToDoubleFunction coordinate) {
    double[] x = new double[N];
    for (int i = 0; i < N; i++) {
      x[i] = (float) coordinate.applyAsDouble(i);
    }
    float[] squares = new float[N * (N - 1) / 2];
    int count = 0;
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < i; j++) {
        float delta = (float) x[i] - (float) x[j];
        squares[count++] = delta * delta;
      }
    }
    Arrays.sort(squares);
    double expected = Math.max(squares[count / 2], (float) Bandwidth.LEAST);
    for (String loops : Bits.loops()) {
      for (int threads : new int[] {1, 2}) {
        try (Backend backend = Bits.open(loops, threads)) {
          double h = SteinFixture.bandwidth(backend, x, x, 1, Bandwidth.of(Rule.PLAIN_MEDIAN));
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
}
