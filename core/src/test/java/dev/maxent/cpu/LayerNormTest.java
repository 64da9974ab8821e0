package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.NetworkFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layer norm of rows that are far from 0 and close together. Weights are 0, so the sums are the
 * biases, exactly; parity cases must allow for sums that are rounded.
 */
class LayerNormTest {
  static Stream<String> all() {
    return Stream.concat(Stream.of("reference"), Bits.loops().stream());
  }

  /** The normal values of a row of sums, each put out by a network of its own. */
  private static double[] normal(String loops, double[] sums) {
    int n = sums.length;
    NetworkShape shape =
        NetworkShape.of(1, n, 1).activation(Activation.IDENTITY).layerNorm(true).networks(n);
    double[] parameters = new double[Math.toIntExact(shape.allParameters())];
    for (int e = 0; e < n; e++) {
      int base = e * shape.parameters();
      System.arraycopy(sums, 0, parameters, base + shape.bias(0), n);
      Arrays.fill(parameters, base + shape.gain(0), base + shape.gain(0) + n, 1);
      parameters[base + shape.weights(1) + e] = 1;
    }
    try (Backend backend = loops.equals("reference") ? Backends.open(loops) : Bits.open(loops, 1);
        NetworkFixture f = new NetworkFixture(backend, shape, parameters)) {
      return f.forward(f.shared(1));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void equalNumbers(String loops) {
    for (int n : new int[] {1, 3, 16, 100}) {
      for (double number : new double[] {12345.67, 1.2345678e6, -3.3e9}) {
        double[] sums = new double[n];
        Arrays.fill(sums, (float) number);
        // The reference's sum of n numbers in float64, by the largest scale.
        double off = n * Math.abs(number) * 0x1p-53 / Math.sqrt(NetworkShape.LAYER_NORM_EPSILON);
        String what = loops + ", " + n + " times " + number;
        assertArrayEquals(new double[n], normal(loops, sums), off, what);
      }
    }
  }

  /** Numbers a few float32 spacings apart: off by half of one, the mean's rounding, and no more. */
  @ParameterizedTest
  @MethodSource("all")
  void numbersFarFromZero(String loops) {
    SplittableRandom random = new SplittableRandom(1);
    for (int n : new int[] {7, 33, 100}) {
      double[] sums = new double[n];
      double spacing = Math.ulp(0x1p20f);
      double mean = 0;
      for (int i = 0; i < n; i++) {
        sums[i] = 0x1p20 + spacing * random.nextInt(30);
        mean += sums[i] / n;
      }
      double variance = 0;
      for (double sum : sums) {
        variance += (sum - mean) * (sum - mean) / n;
      }
      double scale = 1 / Math.sqrt(variance + NetworkShape.LAYER_NORM_EPSILON);
      double[] actual = normal(loops, sums);
      for (int i = 0; i < n; i++) {
        double expected = (sums[i] - mean) * scale;
        // Besides, n roundings of the variance, and a few of what is multiplied by its root.
        double rest = (n / 2.0 + 4) * 0x1p-24 * Math.abs(expected);
        assertEquals(expected, actual[i], spacing / 2 * scale + rest, loops + ", " + n);
      }
    }
  }
}
