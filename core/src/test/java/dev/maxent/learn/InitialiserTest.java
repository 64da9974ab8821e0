package dev.maxent.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RandomState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InitialiserTest {
  private static final NetworkShape WIDE = NetworkShape.of(100, 300, 50);

  private static double[] weights(NetworkShape shape, double[] all, int layer) {
    return Arrays.copyOfRange(all, shape.weights(layer), shape.bias(layer));
  }

  private static double squares(double[] values) {
    return Arrays.stream(values).map(v -> v * v).sum() / values.length;
  }

  @Test
  void xavier() {
    double[] all = Initialiser.XAVIER.parameters(WIDE, 1);
    double[] weights = weights(WIDE, all, 0);
    double bound = Math.sqrt(6.0 / 400);
    assertTrue(Arrays.stream(weights).allMatch(w -> Math.abs(w) < bound));
    // Of 30,000 uniform numbers the mean square is within 5 deviations of 0.9 % of bound² / 3.
    assertEquals(1, squares(weights) * 3 / (bound * bound), 5 * Math.sqrt(0.8 / 30_000));
  }

  /** Weights by the words that a stream of the same seed draws first would follow its actions. */
  @Test
  void sharesNoWordsWithAStreamOfItsSeed() {
    double[] weights = weights(WIDE, Initialiser.XAVIER.parameters(WIDE, 1), 0);
    double bound = Math.sqrt(6.0 / 400);
    try (Backend backend = Backends.open("reference");
        RandomState stream = RandomState.of(backend, 1);
        DeviceArray uniform = backend.allocate(ElementType.REAL, weights.length)) {
      for (int draw = 0; draw < 2; draw++) {
        backend.random().uniform(stream, uniform);
        double[] drawn = uniform.toDoubles();
        double correlation = 0;
        for (int i = 0; i < weights.length; i++) {
          correlation += weights[i] / bound * (2 * drawn[i] - 1) * 3 / weights.length;
        }
        assertEquals(0, correlation, 5 / Math.sqrt(weights.length), "draw " + draw);
      }
    }
  }

  @Test
  void he() {
    double[] all = Initialiser.HE.parameters(WIDE, 1);
    double[] weights = weights(WIDE, all, 1);
    assertEquals(1, squares(weights) / (2.0 / 300), 5 * Math.sqrt(2.0 / 15_000));
    double mean = Arrays.stream(weights).sum() / weights.length;
    assertEquals(0, mean, 5 * Math.sqrt(2.0 / 300 / 15_000));
  }

  @Test
  void orthogonal() {
    double[] all = Initialiser.ORTHOGONAL.parameters(WIDE, 1);
    // 300 × 100: columns, in a hidden layer of ReLU; 50 × 300: rows.
    double[] tall = weights(WIDE, all, 0);
    double[] wide = weights(WIDE, all, 1);
    for (int a = 0; a < 50; a++) {
      for (int b = 0; b < 50; b++) {
        double columns = 0;
        double rows = 0;
        for (int i = 0; i < 300; i++) {
          columns += tall[i * 100 + a] * tall[i * 100 + b];
          rows += wide[a * 300 + i] * wide[b * 300 + i];
        }
        assertEquals(a == b ? 2 : 0, columns, 1e-13);
        assertEquals(a == b ? 1 : 0, rows, 1e-13);
      }
    }
    NetworkShape tanh = WIDE.activation(Activation.TANH);
    double half = squares(weights(tanh, Initialiser.ORTHOGONAL.parameters(tanh, 1), 0));
    assertEquals(squares(tall) / 2, half, 1e-13);
  }

  @ParameterizedTest
  @EnumSource
  void everythingElse(Initialiser initialiser) {
    NetworkShape shape = NetworkShape.of(3, 5, 4, 2).layerNorm(true).networks(2);
    double[] all = initialiser.parameters(shape, 7);
    assertEquals(shape.allParameters(), all.length);
    for (int e = 0; e < 2; e++) {
      double[] own = Arrays.copyOfRange(all, e * shape.parameters(), (e + 1) * shape.parameters());
      for (int layer = 0; layer < 2; layer++) {
        int width = shape.width(layer + 1);
        assertArrayEquals(
            new double[width],
            Arrays.copyOfRange(own, shape.bias(layer), shape.bias(layer) + width));
        double[] gains = Arrays.copyOfRange(own, shape.gain(layer), shape.shift(layer));
        assertTrue(gains.length == width && Arrays.stream(gains).allMatch(g -> g == 1));
        double[] shifts = Arrays.copyOfRange(own, shape.shift(layer), shape.shift(layer) + width);
        assertArrayEquals(new double[width], shifts);
      }
    }
    double[] first = Arrays.copyOf(all, shape.parameters());
    double[] second = Arrays.copyOfRange(all, shape.parameters(), all.length);
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(all, initialiser.parameters(shape, 7));
    assertFalse(Arrays.equals(all, initialiser.parameters(shape, 8)));
  }

  @OnTestedBackends
  void sameBitsOnEveryBackend(String id) {
    NetworkShape shape = NetworkShape.of(3, 5, 2);
    double[] host = Initialiser.HE.parameters(shape, 3);
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, shape, Initialiser.HE, 3)) {
      float[] device = networks.network().parameters().toFloats();
      for (int i = 0; i < host.length; i++) {
        assertEquals((float) host[i], device[i]);
      }
    }
  }
}
