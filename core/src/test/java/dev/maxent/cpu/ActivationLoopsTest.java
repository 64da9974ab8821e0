package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.kernel.Activation;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Activations and their slopes, of both kinds, against float64. */
class ActivationLoopsTest extends LoopsFixture {
  private static final double EPSILON = 0x1p-24;

  /** Below it results may lose digits, as numbers that are not normal do. */
  private static final double TINY = 1e-36;

  /** Φ(x), to 10⁻¹⁵ relatively: a series near 0, a continued fraction in the tails. */
  static double normal(double x) {
    double a = Math.abs(x);
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double tail;
    if (a < 3) {
      double term = a;
      double sum = a;
      for (int n = 1; n < 200; n++) {
        term *= a * a / (2 * n + 1);
        sum += term;
      }
      tail = 0.5 - density * sum;
    } else {
      double fraction = a;
      for (int n = 400; n > 0; n--) {
        fraction = a + n / fraction;
      }
      tail = density / fraction;
    }
    return x < 0 ? tail : 1 - tail;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double function(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case TANH -> Math.tanh(x);
      case SILU -> x * sigmoid(x);
      case GELU -> x * normal(x);
    };
  }

  private static double slope(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> x > 0 ? 1 : 0;
      case TANH -> 1 / (Math.cosh(x) * Math.cosh(x));
      case SILU -> sigmoid(x) * (1 + x * sigmoid(-x));
      case GELU -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    };
  }

  private static float[] points() {
    float[] points = new float[4096];
    for (int i = 0; i < points.length; i++) {
      double u = (i - 2047.5) / 2048;
      // Dense near 0 and out to where everything is flat.
      points[i] = (float) (i % 2 == 0 ? 20 * u * u * u : 12 * u);
    }
    points[0] = -1e30f;
    points[1] = 1e30f;
    points[2] = 0;
    points[3] = 1e-30f;
    points[4] = -100;
    points[5] = 100;
    points[6] = -0.0f;
    return points;
  }

  private static UnitRows rows(Floats floats, int count) {
    UnitRows u = new UnitRows();
    u.in = floats;
    u.rows = 1;
    u.width = count;
    u.stride = count;
    u.h = count;
    u.slopes = 2L * count;
    return u;
  }

  private static void check(Loops loops, Activation activation, double own, double ofSlope) {
    float[] points = points();
    int count = points.length;
    try (Floats floats = new Floats(loops.network().onHeap())) {
      floats.fit(3L * count);
      for (int i = 0; i < count; i++) {
        floats.set(i, points[i]);
      }
      loops.network().activate(activation, rows(floats, count));
      DoubleUnaryOperator h = x -> function(activation, x);
      DoubleUnaryOperator slope = x -> slope(activation, x);
      for (int i = 0; i < count; i++) {
        String what = loops.description() + " " + activation + " " + points[i];
        double expected = h.applyAsDouble(points[i]);
        assertClose(
            expected, floats.get(count + i), own * EPSILON * Math.abs(expected) + TINY, what);
        if (activation != Activation.RELU) {
          double expectedSlope = slope.applyAsDouble(points[i]);
          double size = activation == Activation.TANH ? Math.abs(expectedSlope) : 1;
          double tolerance = ofSlope * EPSILON * size + TINY;
          assertClose(expectedSlope, floats.get(2L * count + i), tolerance, what + " slope");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void relu(Loops loops) {
    check(loops, Activation.RELU, 0, 0);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void tanh(Loops loops) {
    check(loops, Activation.TANH, 5, 6);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void silu(Loops loops) {
    check(loops, Activation.SILU, 6, 4);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void gelu(Loops loops) {
    check(loops, Activation.GELU, 8, 4);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void nanStays(Loops loops) {
    for (Activation activation : Activation.values()) {
      if (activation == Activation.IDENTITY) {
        continue;
      }
      try (Floats floats = new Floats(loops.network().onHeap())) {
        floats.fit(48);
        floats.set(3, Float.NaN);
        UnitRows u = rows(floats, 16);
        loops.network().activate(activation, u);
        String what = loops.description() + " " + activation;
        assertTrue(Float.isNaN(floats.get(16 + 3)), what);
        assertEquals(0, floats.get(16 + 4), what);
      }
    }
  }
}
