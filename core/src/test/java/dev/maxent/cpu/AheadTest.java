package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Maxima are taken ahead of sums, within a block and beyond its end. A row must have the bits that
 * it has alone, whatever follows it. Rows lie so far apart that another row's maximum would leave
 * nothing of a sum, or infinity.
 */
class AheadTest {
  private static final int[] ROWS = {1, 2, 3, 16, 17, 33, 97, 300, 1100};
  private static final Temperature ALPHA = Temperature.of(0.5);

  /** Four vectors, and eight and more, of 16, 8 and 4 floats. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 36, 64, 72, 128, 144, 256})
  void rowsTogetherAreRowsAlone(int columns) {
    Random random = new Random(columns);
    try (Backend backend = Backends.open("cpu")) {
      for (int rows : ROWS) {
        float[] q = new float[rows * columns];
        try (DeviceArray all = backend.allocate(ElementType.REAL, q.length)) {
          // The second time at the same address, which nothing may be remembered of.
          for (int time = 0; time < 2; time++) {
            for (int i = 0; i < q.length; i++) {
              q[i] = level(i / columns) + (float) random.nextGaussian();
            }
            q[random.nextInt(q.length)] = time == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
            all.upload(q);
            assertArrayEquals(
                alone(backend, q, columns), together(backend, all, rows, columns), rows + " rows");
          }
        }
      }
    }
  }

  /** The minimum over two heads, of which any may be NaN. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64, 128})
  void twinsTogetherAreTwinsAlone(int columns) {
    Random random = new Random(columns);
    try (Backend backend = Backends.open("cpu")) {
      for (int rows : ROWS) {
        int size = rows * columns;
        float[] q = new float[2 * size];
        for (int i = 0; i < q.length; i++) {
          q[i] = level(i % size / columns) + (float) random.nextGaussian();
        }
        q[random.nextInt(q.length)] = Float.NaN;
        q[random.nextInt(q.length)] = Float.NEGATIVE_INFINITY;
        float[] expected = new float[rows];
        for (int r = 0; r < rows; r++) {
          float[] both = Arrays.copyOfRange(q, r * columns, (r + 2) * columns);
          System.arraycopy(q, size + r * columns, both, columns, columns);
          expected[r] = twins(backend, both, 1, columns)[0];
          assertNear(both, columns, expected[r]);
        }
        assertArrayEquals(expected, twins(backend, q, rows, columns), rows + " rows");
      }
    }
  }

  /** Rows far below their maximum, with −∞ and NaN of either sign here and there in many blocks. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64, 128, 256})
  void minusInfinityIsNothingAndNaNStays(int columns) {
    int rows = 1000;
    Random random = new Random(columns);
    float[] q = new float[rows * columns];
    for (int i = 0; i < q.length; i++) {
      // As cold as that most columns are nothing, in part beyond what a float holds in octaves.
      q[i] = -(float) Math.exp(random.nextDouble() * 80) - 3;
    }
    for (int r = 0; r < rows; r += 1 + random.nextInt(r < 500 ? 200 : 3)) {
      int k = r * columns + random.nextInt(columns);
      int kind = random.nextInt(8);
      q[k] = kind > 1 ? Float.NEGATIVE_INFINITY : Float.intBitsToFloat(kind << 31 | 0x7fc00123);
    }
    try (Backend backend = Backends.open("cpu");
        DeviceArray all = backend.real(q);
        DeviceArray value = backend.allocate(ElementType.REAL, rows)) {
      backend.softValue().logSumExp(ActionValues.of(all, rows, columns), ALPHA, value);
      float[] actual = value.toFloats();
      for (int r = 0; r < rows; r++) {
        assertNear(q, r * columns, columns, actual[r]);
      }
      assertArrayEquals(
          alone(backend, q, columns), together(backend, all, rows, columns), "rows alone");
    }
  }

  private static void assertNear(float[] q, int from, int columns, float actual) {
    float[] both = Arrays.copyOf(Arrays.copyOfRange(q, from, from + columns), 2 * columns);
    System.arraycopy(both, 0, both, columns, columns);
    assertNear(both, columns, actual);
  }

  private static float[] twins(Backend backend, float[] heads, int rows, int columns) {
    try (DeviceArray q = backend.real(heads);
        DeviceArray value = backend.allocate(ElementType.REAL, rows)) {
      backend.softValue().logSumExp(ActionValues.of(q, rows, columns).withHeads(2), ALPHA, value);
      return value.toFloats();
    }
  }

  private static void assertNear(float[] both, int columns, float actual) {
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int k = 0; k < columns; k++) {
      max = Math.max(max, Math.min(both[k], both[columns + k]));
    }
    for (int k = 0; k < columns; k++) {
      sum += Math.exp((Math.min(both[k], both[columns + k]) - max) / 0.5);
    }
    double expected = max + 0.5 * Math.log(sum);
    if (Double.isNaN(expected)) {
      assertTrue(Float.isNaN(actual), () -> "NaN became " + actual);
    } else {
      assertEquals(expected, actual, Math.ulp((float) expected) + 0x1p-20);
    }
  }

  private static int level(int row) {
    return (int) (row * 2654435761L % 7) * 150;
  }

  /** Value, entropy and probabilities of rows, one after the other. */
  private static float[] alone(Backend backend, float[] q, int columns) {
    int rows = q.length / columns;
    float[] results = new float[rows * (columns + 3)];
    for (int r = 0; r < rows; r++) {
      float[] row = Arrays.copyOfRange(q, r * columns, (r + 1) * columns);
      try (DeviceArray one = backend.real(row)) {
        float[] result = together(backend, one, 1, columns);
        for (int i = 0; i < 3; i++) {
          results[i * rows + r] = result[i];
        }
        System.arraycopy(result, 3, results, 3 * rows + r * columns, columns);
      }
    }
    return results;
  }

  private static float[] together(Backend backend, DeviceArray q, int rows, int columns) {
    try (DeviceArray value = backend.allocate(ElementType.REAL, rows);
        DeviceArray mean = backend.allocate(ElementType.REAL, rows);
        DeviceArray entropy = backend.allocate(ElementType.REAL, rows);
        DeviceArray policy = backend.allocate(ElementType.REAL, (long) rows * columns)) {
      ActionValues actions = ActionValues.of(q, rows, columns);
      backend.softValue().logSumExp(actions, ALPHA, value);
      backend.softValue().mellowmax(actions, ALPHA, mean);
      PolicyOutputs outputs = PolicyOutputs.none().withEntropy(entropy).withProbabilities(policy);
      backend.softValue().policy(actions, ALPHA, outputs);
      float[] results = new float[rows * (columns + 3)];
      System.arraycopy(value.toFloats(), 0, results, 0, rows);
      System.arraycopy(mean.toFloats(), 0, results, rows, rows);
      System.arraycopy(entropy.toFloats(), 0, results, 2 * rows, rows);
      System.arraycopy(policy.toFloats(), 0, results, 3 * rows, rows * columns);
      return results;
    }
  }
}
