package dev.maxent.cpu;

import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.maxent.SteinFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Bandwidth.Rule;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SVGD with numbers that float32 does not hold, and with more particles than the reference takes.
 */
class SteinExtremesTest {
  private static final double EPSILON = 0x1p-24;

  /** So many that the reference refuses to sort their distances, and no whole number of fours. */
  private static final int MANY = 16_413;

  private static double[] normal(int count, double scale) {
    SplittableRandom random = new SplittableRandom(11);
    double[] values = new double[count];
    Arrays.setAll(values, _ -> (float) (scale * random.nextGaussian()));
    return values;
  }

  /** Of 1, 2 … n there are n - k pairs at a distance of k; two more particles are far away. */
  @Test
  void someOfManyAreFarAway() {
    double[] x = new double[MANY];
    Arrays.setAll(x, i -> i);
    x[0] = -3e38;
    x[MANY - 1] = 2e15;
    long below = 0;
    long half = (long) MANY * (MANY - 1) / 4;
    int distance = 0;
    while (below <= half) {
      distance++;
      below += MANY - 2 - distance;
    }
    double expected = (double) distance * distance;
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 2)) {
        double h = SteinFixture.bandwidth(backend, x, x, 1, Bandwidth.of(Rule.PLAIN_MEDIAN));
        assertEquals(expected, h, loops);
      }
    }
  }

  /** Squared distances of about 10³⁹. */
  @ParameterizedTest
  @EnumSource
  void mediansBeyondFloat32(Rule rule) {
    int d = 2;
    double[] x = normal(200 * d, 2e19);
    double[] y = normal(300 * d, 2e19);
    Bandwidth bandwidth = Bandwidth.of(rule);
    double expected;
    try (Backend reference = Backends.open("reference")) {
      expected = SteinFixture.bandwidth(reference, x, y, d, bandwidth);
    }
    // A squared distance has as many roundings as coordinates and three more, h two.
    double tolerance = expected <= Float.MAX_VALUE ? (d + 5) * EPSILON * expected : 0;
    expected = expected <= Float.MAX_VALUE ? expected : Double.POSITIVE_INFINITY;
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 2)) {
        double h = SteinFixture.bandwidth(backend, x, y, d, bandwidth);
        assertEquals(expected, h, tolerance, loops);
      }
    }
  }

  /** The slope of the kernel is 2⁶³, and the group of the last source is not full. */
  @ParameterizedTest
  @MethodSource("dev.maxent.cpu.Bits#loops")
  void manyIdenticalParticles(String loops) {
    double[] x = new double[MANY];
    double[] score = normal(MANY, 1);
    double[] y = new double[70];
    try (Backend backend = Bits.open(loops, 2)) {
      Bandwidth rule = Bandwidth.of(Rule.LIU_WANG);
      double[] phi = SteinFixture.direction(backend, x, score, y, 1, SteinKernel.rbf(), rule, 4);
      // All kernels are 1, all gradients 0.
      double mean = Arrays.stream(score).sum() / MANY;
      for (double value : phi) {
        assertEquals(mean, value, 100 * EPSILON);
      }
    }
  }

  /** Each of n particles has its own score only, and the group of the last source is not full. */
  @ParameterizedTest
  @MethodSource("dev.maxent.cpu.Bits#loops")
  void steepKernels(String loops) {
    int n = 71;
    double[] x = new double[n];
    Arrays.setAll(x, i -> i);
    double[] score = normal(n, 1);
    try (CpuBackend backend = (CpuBackend) Bits.open(loops, 2)) {
      double[] phi =
          SteinFixture.direction(
              backend, x, score, x, 1, SteinKernel.rbf(), Bandwidth.of(0x1p-75), 4);
      for (int i = 0; i < n; i++) {
        assertEquals(score[i] / n, phi[i], 2 * EPSILON * Math.abs(score[i] / n));
      }
    }
  }

  /** (c² + r²)^β around 10⁻⁴³, whose float has few digits, times scores of 10³⁰. */
  @ParameterizedTest
  @MethodSource("dev.maxent.cpu.Bits#loops")
  void inverseMultiquadricBelowNormalNumbers(String loops) {
    double[] x = {0, 1, 2, 3};
    double[] score = {(float) 1e30, (float) -1e30, (float) 1e30, (float) 2e30};
    double[][] kernels = {{400, -16.5}, {(float) 1e10, -4.2}};
    try (Backend backend = Bits.open(loops, 2)) {
      for (double[] numbers : kernels) {
        SteinKernel kernel = SteinKernel.imq(numbers[0], numbers[1]);
        double[] phi = SteinFixture.direction(backend, x, score, x, 1, kernel, Bandwidth.of(1), 0);
        for (int i = 0; i < 4; i++) {
          double expected = 0;
          double size = 0;
          for (int j = 0; j < 4; j++) {
            double k = Math.pow(numbers[0] + (x[i] - x[j]) * (x[i] - x[j]), numbers[1]);
            expected += k * score[j] / 4;
            size += k * Math.abs(score[j]) / 4;
          }
          assertEquals(expected, phi[i], 4 * EPSILON * size);
        }
      }
    }
  }

  /** Directions whose squares are 0 in float32, or nearly, beside the least ε. */
  @ParameterizedTest
  @MethodSource("dev.maxent.cpu.Bits#loops")
  void stepsOfTinyDirections(String loops) {
    double[] phi = {(float) 1e-23, (float) -1e-21, (float) 1e-15, (float) 1e-12, (float) 1e18};
    try (Backend backend = Bits.open(loops, 1);
        DeviceArray x = backend.allocate(REAL, phi.length);
        DeviceArray direction = backend.real(phi);
        DeviceArray squares = backend.allocate(REAL, phi.length)) {
      double epsilon = ParticleStep.LEAST_EPSILON;
      backend.stein().step(x, direction, new ParticleStep.AdaGrad(0.5, epsilon, squares));
      double[] moved = x.toDoubles();
      for (int i = 0; i < phi.length; i++) {
        double expected = 0.5 * phi[i] / (Math.abs(phi[i]) + epsilon);
        assertEquals(expected, moved[i], 6 * EPSILON * Math.abs(expected), "φ = " + phi[i]);
      }
    }
  }

  /** A kernel of null stands for whatever may go wrong in a worker. */
  @Test
  void failureLeavesNothingBehind() {
    double[] x = normal(40, 1);
    double[] score = normal(40, 2);
    Bandwidth h = Bandwidth.of(1);
    for (String loops : Bits.loops()) {
      try (CpuBackend fresh = (CpuBackend) Bits.open(loops, 1);
          CpuBackend backend = (CpuBackend) Bits.open(loops, 1);
          DeviceArray array = backend.real(x);
          DeviceArray scores = backend.real(score);
          DeviceArray out = backend.allocate(REAL, 1)) {
        CpuStein stein = (CpuStein) backend.stein();
        Particles particles = new Particles(array, 1, 40, 1);
        assertThrows(
            NullPointerException.class,
            () -> stein.launchDiscrepancy(particles, scores, null, h, out));
        assertArrayEquals(
            SteinFixture.direction(fresh, x, score, x, 1, SteinKernel.rbf(), h, 1),
            SteinFixture.direction(backend, x, score, x, 1, SteinKernel.rbf(), h, 1));
      }
    }
  }
}
