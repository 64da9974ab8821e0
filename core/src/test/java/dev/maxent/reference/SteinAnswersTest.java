package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.SteinFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Bandwidth.Rule;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows from the formulas: exact answers, derivatives by differences, symmetries. */
class SteinAnswersTest {
  private static final List<SteinKernel> KERNELS =
      List.of(
          SteinKernel.rbf(),
          SteinKernel.imq(1, -0.5),
          SteinKernel.imq(0.4, -1.3),
          SteinKernel.linear());

  private static final Bandwidth H = Bandwidth.of(1.7);
  private final SplittableRandom random = new SplittableRandom(11);
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private double[] normal(int count) {
    return random.doubles(count).map(u -> 4 * u - 2).toArray();
  }

  /**
   * k and its gradient are the direction of one particle: with score (1, …) alone, with α alone.
   */
  private double k(SteinKernel kernel, double[] x, double[] y) {
    double[] ones = new double[x.length];
    Arrays.fill(ones, 1);
    return SteinFixture.direction(backend, x, ones, y, x.length, kernel, H, 0)[0];
  }

  @Test
  void gradientsOfKernelsAreTheirDifferences() {
    double step = 1e-5;
    for (SteinKernel kernel : KERNELS) {
      double[] x = normal(3);
      double[] y = normal(3);
      double[] gradient = SteinFixture.direction(backend, x, new double[3], y, 3, kernel, H, 1);
      for (int c = 0; c < 3; c++) {
        double[] up = x.clone();
        double[] down = x.clone();
        up[c] += step;
        down[c] -= step;
        double difference = (k(kernel, up, y) - k(kernel, down, y)) / (2 * step);
        // The third derivative times step²/6, and ulp(1)/step.
        assertEquals(difference, gradient[c], 1e-9, kernel + " " + c);
      }
    }
  }

  @Test
  void kernelsAreWhatTheirFormulasSay() {
    double[] x = {1, -1};
    double[] y = {0.5, 2};
    double square = 0.25 + 9;
    assertEquals(Math.exp(-square / 1.7), k(SteinKernel.rbf(), x, y), 1e-15);
    assertEquals(Math.pow(0.4 + square / 1.7, -1.3), k(SteinKernel.imq(0.4, -1.3), x, y), 1e-15);
    assertEquals(-0.5, k(SteinKernel.linear(), x, y), 1e-15);
  }

  /** Σ u(xᵢ, xⱼ) = n Σ [sᵢ·φ(xᵢ) + div φ(xᵢ)], as u is the Stein operator applied twice. */
  @Test
  void discrepancyIsSteinOperatorOnDirection() {
    int n = 5;
    int d = 3;
    double step = 1e-5;
    for (SteinKernel kernel : KERNELS) {
      double[] x = normal(n * d);
      double[] s = normal(n * d);
      double expected = 0;
      double[] phi = SteinFixture.direction(backend, x, s, x, d, kernel, H, 1);
      for (int i = 0; i < n * d; i++) {
        double[] up = x.clone();
        double[] down = x.clone();
        up[i] += step;
        down[i] -= step;
        double above = SteinFixture.direction(backend, x, s, up, d, kernel, H, 1)[i];
        double below = SteinFixture.direction(backend, x, s, down, d, kernel, H, 1)[i];
        expected += s[i] * phi[i] + (above - below) / (2 * step);
      }
      double actual = SteinFixture.discrepancy(backend, x, s, d, kernel, H);
      assertEquals(expected / n, actual, 1e-8, kernel.toString());
      assertTrue(actual > 0, kernel + ": " + actual);
    }
  }

  @Test
  void regularSimplexIsAtRest() {
    double variance = 1.6;
    double h = 0.9;
    for (int n = 2; n <= 6; n++) {
      double edge = Math.sqrt(h * Math.log1p(2 * n * variance / h));
      double[] x = new double[n * n];
      double[] score = new double[n * n];
      for (int i = 0; i < n * n; i++) {
        x[i] = edge / Math.sqrt(2) * ((i / n == i % n ? 1 : 0) - 1.0 / n);
        score[i] = -x[i] / variance;
      }
      double[] phi =
          SteinFixture.direction(backend, x, score, x, n, SteinKernel.rbf(), Bandwidth.of(h), 1);
      assertArrayEquals(new double[n * n], phi, 1e-14, "n = " + n);
    }
  }

  @Test
  void linearKernelRestsWhereMeanAndCovarianceAreRight() {
    double[] deviations = {0.5, 3};
    double[] mean = {1, -2};
    double[] x = new double[8];
    double[] score = new double[8];
    for (int i = 0; i < 8; i++) {
      int axis = i / 4;
      double offset = i % 2 == axis ? Math.sqrt(2) * deviations[axis] : 0;
      x[i] = mean[i % 2] + (i / 2 % 2 == 0 ? offset : -offset);
      score[i] = -(x[i] - mean[i % 2]) / (deviations[i % 2] * deviations[i % 2]);
    }
    double[] phi = SteinFixture.direction(backend, x, score, x, 2, SteinKernel.linear(), H, 1);
    assertArrayEquals(new double[8], phi, 1e-13);
    x[0] += 0.1;
    phi = SteinFixture.direction(backend, x, score, x, 2, SteinKernel.linear(), H, 1);
    assertTrue(Math.abs(phi[0]) > 1e-3, "a moved particle is not at rest");
  }

  /** Distances 1, 2, 3, 4, 6, 7: every rule by hand. */
  @Test
  void bandwidthsOfFourParticles() {
    double[] x = {0, 1, 3, 7};
    Map<Rule, Double> expected =
        Map.of(
            Rule.LIU_WANG, 3.5 * 3.5 / Math.log(4),
            Rule.PLAIN_MEDIAN, 12.5,
            Rule.DILINWANG, 6.5 / Math.log(5),
            Rule.NUMPYRO, 2.5 * 2.5 / Math.log(4),
            Rule.SQL_PAPER, 2.5 / (2 * Math.log(5)),
            Rule.SQL_REFERENCE, 4 / Math.log(4));
    expected.forEach((rule, h) ->
        assertEquals(
            h,
            SteinFixture.bandwidth(backend, x, x, 1, Bandwidth.of(rule)),
            1e-14,
            rule.toString()));
    assertEquals(
        2.5 * 2.5 / Math.log(4) + 0.25,
        SteinFixture.bandwidth(backend, x, x, 1, Bandwidth.numPyro(0.25)),
        1e-14);
    // Cross distances 10, 9, 7, 3; 20, 19, 17, 13: the lower median of squares is 10².
    double[] y = {10, 20};
    assertEquals(
        100 / Math.log(4),
        SteinFixture.bandwidth(backend, x, y, 1, Bandwidth.of(Rule.SQL_REFERENCE)),
        1e-12);
    assertEquals(
        12.5, SteinFixture.bandwidth(backend, x, y, 1, Bandwidth.of(Rule.PLAIN_MEDIAN)), 1e-14);
  }

  @Test
  void oneParticleHasBandwidthOne() {
    for (Rule rule : Rule.values()) {
      double h =
          SteinFixture.bandwidth(
              backend, new double[] {3}, new double[] {5}, 1, Bandwidth.of(rule));
      assertEquals(1, h, rule.toString());
    }
  }

  @Test
  void orderOfParticlesDoesNotMatter() {
    int n = 7;
    int d = 2;
    for (SteinKernel kernel : KERNELS) {
      double[] x = normal(n * d);
      double[] s = normal(n * d);
      double[] phi = SteinFixture.direction(backend, x, s, x, d, kernel, H, 0.5);
      double[] turned = new double[n * d];
      double[] turnedScore = new double[n * d];
      for (int i = 0; i < n * d; i++) {
        turned[(i + 3 * d) % (n * d)] = x[i];
        turnedScore[(i + 3 * d) % (n * d)] = s[i];
      }
      double[] other =
          SteinFixture.direction(backend, turned, turnedScore, turned, d, kernel, H, 0.5);
      for (int i = 0; i < n * d; i++) {
        assertEquals(phi[i], other[(i + 3 * d) % (n * d)], 1e-14, kernel.toString());
      }
    }
  }

  @Test
  void translationDoesNotMatter() {
    double[] x = normal(12);
    double[] s = normal(12);
    double[] far = Arrays.stream(x).map(v -> v + 1024).toArray();
    for (SteinKernel kernel : KERNELS.subList(0, 3)) {
      Bandwidth rule = Bandwidth.of(Rule.LIU_WANG);
      double[] phi = SteinFixture.direction(backend, x, s, x, 3, kernel, rule, 1);
      double[] moved = SteinFixture.direction(backend, far, s, far, 3, kernel, rule, 1);
      // Moving rounds each coordinate by ulp(1024)/2 = 1.1e-13.
      assertArrayEquals(phi, moved, 1e-11, kernel.toString());
    }
  }

  @Test
  void adamTakesItsFirstStepOfSizeRate() {
    try (DeviceArray x = backend.real(1f, 2f, 3f);
        DeviceArray phi = backend.real(0.5f, -4f, 0f);
        DeviceArray mean = backend.allocate(ElementType.REAL, 3);
        DeviceArray squares = backend.allocate(ElementType.REAL, 3);
        DeviceArray count = backend.int32(0)) {
      backend
          .stein()
          .step(x, phi, new ParticleStep.Adam(0.1, 0.9, 0.999, 1e-8, mean, squares, count));
      assertArrayEquals(new double[] {1.1, 1.9, 3}, x.toDoubles(), 1e-8);
      assertArrayEquals(new double[] {0.05, -0.4, 0}, mean.toDoubles(), 1e-15);
      assertArrayEquals(new double[] {2.5e-4, 1.6e-2, 0}, squares.toDoubles(), 1e-15);
      assertArrayEquals(new int[] {1}, count.toInts());
    }
  }

  @Test
  void adaGradDividesByRootOfSquares() {
    try (DeviceArray x = backend.real(1f);
        DeviceArray phi = backend.real(3f);
        DeviceArray squares = backend.real(16f)) {
      backend.stein().step(x, phi, new ParticleStep.AdaGrad(0.5, 1e-3, squares));
      assertEquals(25, squares.toDoubles()[0]);
      assertEquals(1 + 0.5 * 3 / 5.001, x.toDoubles()[0], 1e-15);
    }
  }

  /** Each kind of poison in the middle one of three states. */
  @Test
  void poisonStaysInItsState() {
    double[] clean = normal(18);
    for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1 / 0.0}) {
      for (boolean inScore : new boolean[] {true, false}) {
        double[] x = clean.clone();
        double[] s = clean.clone();
        (inScore ? s : x)[8] = poison;
        try (DeviceArray source = backend.real(x);
            DeviceArray score = backend.real(s);
            DeviceArray out = backend.allocate(ElementType.REAL, 18)) {
          Particles all = new Particles(source, 3, 3, 2);
          Bandwidth rule = Bandwidth.of(Rule.LIU_WANG);
          Temperature one = Temperature.of(1);
          backend.stein().direction(all, score, all, SteinKernel.rbf(), rule, one, out);
          double[] phi = out.toDoubles();
          for (int i = 0; i < 18; i++) {
            assertEquals(i / 6 == 1, Double.isNaN(phi[i]), poison + " at " + i);
          }
        }
      }
    }
  }
}
