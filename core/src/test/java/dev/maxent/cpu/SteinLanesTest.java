package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.SteinFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Many states at once, a state to a lane, have the same bits as each of them alone. */
class SteinLanesTest {
  private static final int STATES = 69;

  @ParameterizedTest
  @CsvSource({
    "2, 1", "2, 9", "3, 2", "4, 4", "7, 3", "8, 7", "16, 2", "17, 6", "22, 4", "27, 1", "32, 6",
    "33, 5", "40, 25", "41, 3", "63, 2", "100, 5"
  })
  void shapes(int n, int d) {
    compare(n, d, Bandwidth.of(Bandwidth.Rule.LIU_WANG), "normal");
    compare(n, d, Bandwidth.of(0.7), "normal");
    compare(n, d, Bandwidth.numPyro(0.3), "normal");
  }

  @ParameterizedTest
  @EnumSource
  void rules(Bandwidth.Rule rule) {
    for (int n : new int[] {2, 3, 5, 8, 13}) {
      compare(n, 3, Bandwidth.of(rule), "normal");
    }
  }

  @ParameterizedTest
  @CsvSource({"identical", "integers", "two places", "far away", "huge", "beyond", "not finite"})
  void extremes(String kind) {
    for (int n : new int[] {2, 3, 9, 16, 31}) {
      compare(n, 3, Bandwidth.of(Bandwidth.Rule.LIU_WANG), kind);
      compare(n, 3, Bandwidth.of(Bandwidth.Rule.NUMPYRO), kind);
    }
  }

  private static double coordinate(SplittableRandom random, String kind, int state) {
    return switch (kind) {
      case "identical" -> state;
      case "integers" -> random.nextInt(3);
      case "two places" -> random.nextBoolean() ? 1e-3 * random.nextDouble() : 1000;
      case "far away" -> 1e6 + random.nextGaussian();
      case "huge" -> random.nextGaussian() * (state % 3 == 0 ? 1e18 : 1e10);
      case "beyond" -> random.nextGaussian() * (state % 4 == 0 ? 1 : 1e20);
      case "not finite" ->
          state % 5 == 1 && random.nextInt(9) == 0
              ? random.nextBoolean() ? Double.NaN : Double.NEGATIVE_INFINITY
              : random.nextGaussian();
      default -> random.nextGaussian() * (1 + state);
    };
  }

  private static void compare(int n, int d, Bandwidth bandwidth, String kind) {
    SplittableRandom random = new SplittableRandom(31 * n + d);
    double[][] x = new double[STATES][n * d];
    double[][] score = new double[STATES][n * d];
    for (int state = 0; state < STATES; state++) {
      for (int i = 0; i < n * d; i++) {
        x[state][i] = coordinate(random, kind, state);
        score[state][i] = random.nextGaussian();
      }
    }
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 2)) {
        double[] all = together(backend, flat(x), flat(score), n, d, bandwidth);
        for (int state = 0; state < STATES; state++) {
          double[] alone =
              SteinFixture.direction(
                  backend, x[state], score[state], x[state], d, SteinKernel.rbf(), bandwidth, 0.8);
          for (int i = 0; i < n * d; i++) {
            String what = "%s, %d x %d, state %d, %d: %s".formatted(loops, n, d, state, i, kind);
            assertEquals(alone[i], all[state * n * d + i], what);
          }
        }
      }
    }
  }

  private static double[] together(
      Backend backend, double[] x, double[] score, int n, int d, Bandwidth bandwidth) {
    try (DeviceArray source = backend.real(x);
        DeviceArray scores = backend.real(score);
        DeviceArray out = backend.allocate(ElementType.REAL, x.length)) {
      Particles particles = new Particles(source, STATES, n, d);
      backend
          .stein()
          .direction(
              particles, scores, particles, SteinKernel.rbf(), bandwidth, Temperature.of(0.8), out);
      return out.toDoubles();
    }
  }

  private static double[] flat(double[][] rows) {
    double[] all = new double[rows.length * rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, all, row * rows[0].length, rows[0].length);
    }
    return all;
  }
}
