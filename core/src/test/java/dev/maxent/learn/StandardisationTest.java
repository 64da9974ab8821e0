package dev.maxent.learn;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import org.junit.jupiter.api.Test;

class StandardisationTest {
  /** Means 2 and 10, deviations √(2/3) · 1 and 0. */
  private static final float[] ROWS = {1, 10, 2, 10, 3, 10};

  @Test
  void byHand() {
    Standardisation scale = Standardisation.of(ROWS, 2);
    float side = (float) Math.sqrt(1.5);
    assertArrayEquals(new float[] {-side, 0, 0, 0, side, 0}, scale.apply(ROWS), 1e-6f);
    assertArrayEquals(new float[] {0, 5}, scale.apply(new float[] {2, 15}), 1e-6f);
    assertEquals(2, scale.width());
  }

  /** Ten times a tenth is not quite 1: sums must not make a deviation of rounding. */
  @Test
  void equalValuesHaveDeviationOne() {
    for (int count : new int[] {1, 3, 10, 49, 1000}) {
      float[] rows = new float[2 * count];
      for (int i = 0; i < rows.length; i += 2) {
        rows[i] = 0.1f;
        rows[i + 1] = i;
      }
      Standardisation scale = Standardisation.of(rows, 2);
      assertArrayEquals(
          new float[] {0, 0}, new float[] {scale.apply(rows)[0], scale.apply(rows)[2 * count - 2]});
      assertEquals(1.9f, scale.apply(new float[] {2, 0})[0], 1e-6f);
    }
  }

  /** Folded networks take and give original units, with and without hidden layers. */
  @OnTestedBackends
  void folds(String id) {
    Standardisation inputs = Standardisation.of(new float[] {1, -3, 2, 5, 4, 0}, 2);
    Standardisation targets = Standardisation.of(new float[] {100, 7, 120, 9, 150, 14}, 2);
    float[] raw = {0, 0, 3, 1, -2, 6};
    for (NetworkShape shape :
        new NetworkShape[] {
          NetworkShape.of(2, 2),
          NetworkShape.of(2, 5, 2).networks(3),
          NetworkShape.of(2, 5, 4, 2).layerNorm(true)
        }) {
      try (Backend backend = Backends.open(id);
          QNetwork networks = QNetwork.random(backend, shape, Initialiser.HE, 7);
          QNetwork folded = Standardisation.fold(networks, inputs, targets)) {
        float[] standard = outputs(networks, inputs.apply(raw));
        float[] original = targets.apply(outputs(folded, raw));
        assertArrayEquals(standard, original, 2e-5f, shape.toString());
      }
    }
  }

  private static float[] outputs(QNetwork networks, float[] inputs) {
    Backend backend = networks.backend();
    int rows = inputs.length / 2;
    try (DeviceArray x = backend.real(inputs);
        DeviceArray y =
            backend.allocate(ElementType.REAL, 2L * rows * networks.shape().networks())) {
      backend.network().forward(networks.network(), NetworkInputs.shared(x, rows), y);
      return y.toFloats();
    }
  }

  @Test
  void refusals() {
    Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
    assertRefused(illegal, () -> Standardisation.of(ROWS, 0), "width = 0: expected 1 or more");
    assertRefused(illegal, () -> Standardisation.of(ROWS, 4), "length 6", "rows of width 4");
    assertRefused(illegal, () -> Standardisation.of(new float[0], 1), "rows has length 0");
    float[] bad = {1, Float.NaN};
    assertRefused(illegal, () -> Standardisation.of(bad, 1), "rows[1] = NaN: expected a finite");
    Standardisation scale = Standardisation.of(ROWS, 2);
    assertRefused(illegal, () -> scale.apply(new float[3]), "length 3", "rows of width 2");
    try (Backend backend = Backends.open("reference");
        QNetwork networks = QNetwork.random(backend, NetworkShape.of(2, 1), Initialiser.HE, 1)) {
      assertRefused(
          illegal,
          () -> Standardisation.fold(networks, scale, scale).close(),
          "targets has width 2: expected the networks' 1");
    }
    float most = Float.MAX_VALUE;
    Standardisation wide = Standardisation.of(new float[] {-most, most}, 1);
    Standardisation unit = Standardisation.of(new float[] {-1, 1}, 1);
    for (double weight : new double[] {2, Double.NaN}) {
      try (Backend backend = Backends.open("reference");
          QNetwork network =
              QNetwork.of(backend, NetworkShape.of(1, 1), new double[] {weight, 0})) {
        assertRefused(
            illegal,
            () -> Standardisation.fold(network, unit, wide).close(),
            "parameter 0 in original units = ",
            "expected a number that is finite in float32");
      }
    }
  }
}
