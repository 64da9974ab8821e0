package dev.maxent.kernel;

import static dev.maxent.Refusal.assertRefused;
import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import org.junit.jupiter.api.Test;

class SteinChecksTest {
  private static final SteinKernel RBF = SteinKernel.rbf();
  private static final Bandwidth ONE = Bandwidth.of(1);
  private static final Temperature ALPHA = Temperature.of(1);

  @OnTestedBackends
  void direction(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SteinKernels k = calls.backend().stein();
      DeviceArray array = calls.real(12);
      Particles x = new Particles(array, 2, 3, 2);
      Particles y = new Particles(calls.real(8), 2, 2, 2);
      DeviceArray s = calls.real(12);
      DeviceArray out = calls.real(8);
      calls.refusesNull("source", () -> k.direction(null, s, y, RBF, ONE, ALPHA, out));
      calls.refusesNull("target", () -> k.direction(x, s, null, RBF, ONE, ALPHA, out));
      calls.refusesNull("kernel", () -> k.direction(x, s, y, null, ONE, ALPHA, out));
      calls.refusesNull("bandwidth", () -> k.direction(x, s, y, RBF, null, ALPHA, out));
      calls.refusesNull("temperature", () -> k.direction(x, s, y, RBF, ONE, null, out));
      calls.refusesWrongOrNoArrays(
          "source",
          REAL,
          12,
          a -> k.direction(new Particles(a, 2, 3, 2), s, y, RBF, ONE, ALPHA, out));
      calls.refusesWrongOrNoArrays(
          "target",
          REAL,
          8,
          a -> k.direction(x, s, new Particles(a, 2, 2, 2), RBF, ONE, ALPHA, out));
      calls.refusesWrongOrNoArrays(
          "score", REAL, 12, a -> k.direction(x, a, y, RBF, ONE, ALPHA, out));
      calls.refusesWrongOrNoArrays(
          "direction", REAL, 8, a -> k.direction(x, s, y, RBF, ONE, ALPHA, a));
      calls.refusesWrongArrays(
          "bandwidth", REAL, 2, a -> k.direction(x, s, y, RBF, Bandwidth.perState(a), ALPHA, out));
      calls.refusesWrongArrays(
          "temperature", REAL, 2, a -> k.direction(x, s, y, RBF, ONE, Temperature.perRow(a), out));
      calls.refuses(
          () -> k.direction(x, s, x, RBF, ONE, ALPHA, array),
          "direction is the same array as source");
      calls.refuses(
          () -> k.direction(x, s, y, RBF, ONE, ALPHA, y.array()),
          "direction is the same array as target");
      calls.refuses(
          () -> k.direction(x, s, x, RBF, ONE, ALPHA, s), "direction is the same array as score");
      // As long as a direction, one number per state.
      Particles points = new Particles(calls.real(2), 2, 1, 1);
      DeviceArray scores = calls.real(2);
      DeviceArray two = calls.real(2);
      Bandwidth h = Bandwidth.perState(two);
      Temperature alphas = Temperature.perRow(two);
      calls.refuses(
          () -> k.direction(points, scores, points, RBF, h, ALPHA, two),
          "direction is the same array as bandwidth");
      calls.refuses(
          () -> k.direction(points, scores, points, RBF, ONE, alphas, two),
          "direction is the same array as temperature");
      calls.verify();
    }
  }

  @OnTestedBackends
  void shapes(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SteinKernels k = calls.backend().stein();
      DeviceArray array = calls.real(12);
      DeviceArray h = calls.real(2);
      Particles x = new Particles(array, 2, 3, 2);
      calls.refuses(
          () -> k.bandwidths(new Particles(array, 2, 0, 2), x, ONE, h),
          "source.count = 0: expected 1 or more");
      calls.refuses(
          () -> k.bandwidths(new Particles(array, 2, 3, 0), x, ONE, h),
          "source.dimensions = 0: expected 1 or more");
      calls.refuses(
          () -> k.bandwidths(new Particles(array, -1, 3, 2), x, ONE, h),
          "source.states = -1: expected 0 or more");
      calls.refuses(
          () -> k.bandwidths(x, new Particles(array, 3, 2, 2), ONE, h),
          "target.states = 3: expected 2");
      calls.refuses(
          () -> k.bandwidths(x, new Particles(array, 2, 2, 3), ONE, h),
          "target.dimensions = 3: expected 2");
      calls.refuses(
          () -> k.bandwidths(new Particles(array, 2, 1 << 20, 1 << 20), x, ONE, h),
          "source.count x source.dimensions",
          "expected at most");
      calls.refusesWrongOrNoArrays("h", REAL, 2, a -> k.bandwidths(x, x, ONE, a));
      DeviceArray score = calls.real(12);
      DeviceArray three = calls.real(3);
      calls.refusesWrongOrNoArrays(
          "discrepancy", REAL, 2, a -> k.discrepancy(x, score, RBF, ONE, a));
      calls.refuses(() -> k.discrepancy(x, score, RBF, ONE, three), "expected REAL[2]");
      calls.verify();
    }
  }

  @OnTestedBackends
  void overlapsOfBandwidths(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SteinKernels k = calls.backend().stein();
      Particles x = new Particles(calls.real(2), 2, 1, 1);
      Particles y = new Particles(calls.real(2), 2, 1, 1);
      DeviceArray h = calls.real(2);
      calls.refuses(() -> k.bandwidths(x, y, ONE, x.array()), "h is the same array as source");
      calls.refuses(() -> k.bandwidths(x, y, ONE, y.array()), "h is the same array as target");
      calls.refuses(
          () -> k.bandwidths(x, y, Bandwidth.perState(h), h), "h is the same array as bandwidth");
      calls.refusesNull("source", () -> k.bandwidths(null, y, ONE, h));
      calls.refusesNull("target", () -> k.bandwidths(x, null, ONE, h));
      calls.refusesNull("bandwidth", () -> k.bandwidths(x, y, null, h));
      calls.refusesWrongArrays(
          "bandwidth", REAL, 2, a -> k.bandwidths(x, y, Bandwidth.perState(a), h));
      calls.verify();
    }
  }

  @OnTestedBackends
  void discrepancy(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SteinKernels k = calls.backend().stein();
      Particles x = new Particles(calls.real(2), 2, 1, 1);
      DeviceArray s = calls.real(2);
      DeviceArray h = calls.real(2);
      DeviceArray out = calls.real(2);
      calls.refusesNull("source", () -> k.discrepancy(null, s, RBF, ONE, out));
      calls.refusesNull("kernel", () -> k.discrepancy(x, s, null, ONE, out));
      calls.refusesNull("bandwidth", () -> k.discrepancy(x, s, RBF, null, out));
      calls.refusesWrongOrNoArrays(
          "source", REAL, 2, a -> k.discrepancy(new Particles(a, 2, 1, 1), s, RBF, ONE, out));
      calls.refusesWrongOrNoArrays("score", REAL, 2, a -> k.discrepancy(x, a, RBF, ONE, out));
      calls.refusesWrongArrays(
          "bandwidth", REAL, 2, a -> k.discrepancy(x, s, RBF, Bandwidth.perState(a), out));
      calls.refuses(
          () -> k.discrepancy(x, s, RBF, ONE, x.array()),
          "discrepancy is the same array as source");
      calls.refuses(
          () -> k.discrepancy(x, s, RBF, ONE, s), "discrepancy is the same array as score");
      calls.refuses(
          () -> k.discrepancy(x, s, RBF, Bandwidth.perState(h), h),
          "discrepancy is the same array as bandwidth");
      calls.verify();
    }
  }

  @OnTestedBackends
  void steps(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SteinKernels k = calls.backend().stein();
      DeviceArray x = calls.real(6);
      DeviceArray phi = calls.real(6);
      DeviceArray m = calls.real(6);
      DeviceArray v = calls.real(6);
      DeviceArray t = calls.array(INT32, 1);
      ParticleStep plain = new ParticleStep.Plain(0.1);
      calls.refusesNull("step", () -> k.step(x, phi, null));
      calls.refuses(() -> k.step(null, phi, plain), "particles is null");
      calls.refusesWrongOrNoArrays("direction", REAL, 6, a -> k.step(x, a, plain));
      calls.refuses(() -> k.step(x, x, plain), "particles is the same array as direction");
      calls.refusesWrongOrNoArrays(
          "squares", REAL, 6, a -> k.step(x, phi, new ParticleStep.AdaGrad(0.1, 1e-6, a)));
      calls.refuses(
          () -> k.step(x, phi, new ParticleStep.AdaGrad(0.1, 1e-6, x)),
          "squares is the same array as particles");
      calls.refuses(
          () -> k.step(x, phi, new ParticleStep.AdaGrad(0.1, 1e-6, phi)),
          "squares is the same array as direction");
      calls.refusesWrongOrNoArrays(
          "mean",
          REAL,
          6,
          a -> k.step(x, phi, new ParticleStep.Adam(0.1, 0.9, 0.99, 1e-8, a, v, t)));
      calls.refusesWrongOrNoArrays(
          "count",
          INT32,
          1,
          a -> k.step(x, phi, new ParticleStep.Adam(0.1, 0.9, 0.99, 1e-8, m, v, a)));
      calls.refuses(
          () -> k.step(x, phi, new ParticleStep.Adam(0.1, 0.9, 0.99, 1e-8, m, m, t)),
          "squares is the same array as mean");
      for (DeviceArray taken : new DeviceArray[] {x, phi}) {
        String name = taken.equals(x) ? "particles" : "direction";
        calls.refuses(
            () -> k.step(x, phi, new ParticleStep.Adam(0.1, 0.9, 0.99, 1e-8, taken, v, t)),
            "mean is the same array as " + name);
        calls.refuses(
            () -> k.step(x, phi, new ParticleStep.Adam(0.1, 0.9, 0.99, 1e-8, m, taken, t)),
            "squares is the same array as " + name);
      }
      calls.verify();
    }
  }

  @OnTestedBackends
  void findsNonFiniteNumbers(String id) {
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.allocate(REAL, 12);
        DeviceArray score = backend.real(1, 2, 3, 4, 5, 6, 7, 8, 9, Float.NaN, 11, 12)) {
      Particles particles = new Particles(x, 2, 3, 2);
      assertTrue(particles.findNonFinite(x).isEmpty());
      Particles.NonFinite found = particles.findNonFinite(score).orElseThrow();
      assertEquals(new Particles.NonFinite(1, 1, 1, Double.NaN), found);
      assertEquals("NaN at state 1, particle 1, coordinate 1", found.toString());
      Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
      assertRefused(illegal, () -> particles.findNonFinite(null), "values is null");
      try (DeviceArray eleven = backend.allocate(REAL, 11)) {
        assertRefused(illegal, () -> particles.findNonFinite(eleven), "expected REAL[12]");
      }
    }
  }

  @Test
  void numbers() {
    Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
    for (double h : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e39, 1e-46}) {
      assertRefused(illegal, () -> Bandwidth.of(h), "bandwidth = " + h, "expected a positive");
    }
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(illegal, () -> SteinKernel.imq(bad, -0.5), "squaredOffset = " + bad);
    }
    for (double bad : new double[] {0, 1, Double.NaN, Double.NEGATIVE_INFINITY}) {
      assertRefused(illegal, () -> SteinKernel.imq(1, bad), "exponent = " + bad);
    }
    assertRefused(illegal, () -> Bandwidth.numPyro(-1e-9), "epsilon = -1.0E-9");
    assertRefused(illegal, () -> new ParticleStep.Plain(Double.NaN), "rate = NaN");
    for (double bad : new double[] {0, 0x1p-41, 1.5, Double.NaN}) {
      String what = "epsilon = " + bad + ": expected from 2^-40 to 1";
      assertRefused(illegal, () -> new ParticleStep.AdaGrad(1, bad, null), what);
      assertRefused(illegal, () -> new ParticleStep.Adam(1, 0.9, 0.9, bad, null, null, null), what);
    }
    assertRefused(
        illegal,
        () -> new ParticleStep.Adam(1, 1, 0.9, 1e-8, null, null, null),
        "meanDecay = 1.0: expected 0 or more and less than 1");
    assertRefused(
        illegal,
        () -> new ParticleStep.Adam(1, 0.9, -0.1, 1e-8, null, null, null),
        "squareDecay = -0.1");
  }
}
