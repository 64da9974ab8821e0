package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.SteinFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pairs that count for both particles, where a group is alone, left over or not full. */
class SteinMutualTest {
  private static final Bandwidth H = Bandwidth.of(2);

  private static double[] normal(int count, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[count];
    Arrays.setAll(values, _ -> (float) random.nextGaussian());
    return values;
  }

  /** Targets that are another array with the same numbers are computed one by one. */
  @ParameterizedTest
  @CsvSource({"256, 3", "257, 1", "300, 8", "385, 2", "1000, 5", "2048, 2", "2111, 7", "2400, 17"})
  void agreesWithTargetsOfTheirOwn(int n, int d) {
    double[] x = normal(n * d, n);
    double[] score = normal(n * d, d);
    for (String loops : Bits.loops()) {
      double[] mutual = null;
      for (int threads : new int[] {1, 2, 5}) {
        try (Backend backend = Bits.open(loops, threads)) {
          double[] phi = direction(backend, x, score, 1, n, d);
          if (mutual == null) {
            mutual = phi;
            double[] other =
                SteinFixture.direction(backend, x, score, x, d, SteinKernel.rbf(), H, 1);
            // Terms of φ are some units at most, and n of them have √n roundings.
            double tolerance = 16 * Math.sqrt(n) * 0x1p-24;
            assertArrayEquals(other, phi, tolerance, loops);
          }
          assertArrayEquals(mutual, phi, loops + ", " + threads + " threads");
        }
      }
    }
  }

  /** With many states each is a worker's own; every other one has no gradient to speak of. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1e-9", "3, 0"})
  void manyStatesAreAsOne(int threads, double alpha) {
    int n = 330;
    int d = 3;
    int states = 7;
    double[] x = normal(states * n * d, 3);
    double[] score = normal(states * n * d, 4);
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, threads)) {
        double[] all = direction(backend, x, score, states, n, d);
        for (int b = 0; b < states; b++) {
          int from = b * n * d;
          int to = from + n * d;
          double[] one =
              direction(
                  backend,
                  Arrays.copyOfRange(x, from, to),
                  Arrays.copyOfRange(score, from, to),
                  1,
                  n,
                  d);
          assertArrayEquals(one, Arrays.copyOfRange(all, from, to), loops + ", state " + b);
        }
        double[] first = Arrays.copyOf(x, n * d);
        double[] scores = Arrays.copyOf(score, n * d);
        double[] alone =
            SteinFixture.direction(backend, first, scores, first, d, SteinKernel.rbf(), H, alpha);
        double[] mutual = direction(backend, first, scores, 1, n, d, alpha);
        for (int i = 0; i < alone.length; i++) {
          assertEquals(alone[i], mutual[i], 300 * 0x1p-24, loops);
        }
      }
    }
  }

  private static double[] direction(
      Backend backend, double[] x, double[] score, int states, int n, int d) {
    return direction(backend, x, score, states, n, d, 1);
  }

  private static double[] direction(
      Backend backend, double[] x, double[] score, int states, int n, int d, double alpha) {
    try (DeviceArray array = backend.real(x);
        DeviceArray scores = backend.real(score);
        DeviceArray out = backend.allocate(ElementType.REAL, x.length)) {
      Particles p = new Particles(array, states, n, d);
      backend.stein().direction(p, scores, p, SteinKernel.rbf(), H, Temperature.of(alpha), out);
      return out.toDoubles();
    }
  }
}
